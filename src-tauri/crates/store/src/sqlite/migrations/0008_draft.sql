-- What people are writing and have not sent: theirs in one tenant, no act, and on no log. `text` is a
-- Fernet token, bound to its place by these table and column names; whose it is and what it is a draft
-- of stand in it as well.
CREATE TABLE draft (
  row_id TEXT PRIMARY KEY,
  tenant_no INTEGER NOT NULL REFERENCES tenant_log,
  person_id TEXT NOT NULL,
  -- What it is a draft of, in words of `console`.
  place TEXT NOT NULL,
  kept_at TEXT NOT NULL,
  text TEXT NOT NULL,
  UNIQUE (person_id, tenant_no, place)
) STRICT;

-- As for models, prompts and comments: found by their key, and sealed under the primary secret only.
CREATE INDEX draft_by_secret ON draft (substr(text, 1, 16), row_id);
CREATE TRIGGER draft_text_is_sealed_by_the_primary BEFORE INSERT ON draft
WHEN EXISTS (SELECT 1 FROM secret WHERE standing = 'primary' AND key_id <> substr(NEW.text, 1, 16))
BEGIN SELECT RAISE(ABORT, 'a value is sealed under the primary secret'); END;
CREATE TRIGGER draft_text_is_sealed_anew_by_the_primary BEFORE UPDATE OF text ON draft
WHEN EXISTS (SELECT 1 FROM secret WHERE standing = 'primary' AND key_id <> substr(NEW.text, 1, 16))
BEGIN SELECT RAISE(ABORT, 'a value is sealed under the primary secret'); END;
