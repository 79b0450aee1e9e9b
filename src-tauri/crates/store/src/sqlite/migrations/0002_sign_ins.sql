-- One sign-in for each key that a person made: a passphrase opens the view only while the key that
-- was made with it is good in some log. Those of before name no key (''), and count with any.
CREATE TABLE sign_in (
  person_id TEXT NOT NULL REFERENCES person,
  keyid TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (person_id, keyid)
) STRICT, WITHOUT ROWID;

INSERT INTO sign_in (person_id, keyid, hash)
SELECT person_id, '', sign_in FROM person WHERE sign_in IS NOT NULL;

ALTER TABLE person DROP COLUMN sign_in;
