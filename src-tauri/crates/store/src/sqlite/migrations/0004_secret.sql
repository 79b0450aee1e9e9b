-- The secrets whose keys seal values: the one that seals now, and the one whose values are still to
-- be read while they are sealed anew. Without a row, the workspace has its first secret and no other.

CREATE TABLE secret (
  key_id TEXT PRIMARY KEY,
  standing TEXT NOT NULL CHECK (standing IN ('primary', 'reading', 'retired')),
  since TEXT NOT NULL,
  -- The record in `_workspace` that made it primary; none for the first.
  begun_seq INTEGER,
  ended_at TEXT
) STRICT;
CREATE UNIQUE INDEX secret_primary ON secret (standing) WHERE standing = 'primary';
CREATE UNIQUE INDEX secret_reading ON secret (standing) WHERE standing = 'reading';

-- A sealed value begins with the id of its key. These find and count values by it without reading
-- them; the row's id is the place where a batch goes on.
CREATE INDEX model_version_by_secret ON model_version (substr(card, 1, 16), row_id)
WHERE card IS NOT NULL;
CREATE INDEX prompt_version_by_secret ON prompt_version (substr(text, 1, 16), row_id)
WHERE text IS NOT NULL;

-- Once a secret is primary nobody seals under another, not even a program that was started before:
-- else the old secret could be removed with such a value still under it.
CREATE TRIGGER model_card_is_sealed_by_the_primary BEFORE INSERT ON model_version
WHEN EXISTS (SELECT 1 FROM secret WHERE standing = 'primary' AND key_id <> substr(NEW.card, 1, 16))
BEGIN SELECT RAISE(ABORT, 'a value is sealed under the primary secret'); END;
CREATE TRIGGER model_card_is_sealed_anew_by_the_primary BEFORE UPDATE OF card ON model_version
WHEN EXISTS (SELECT 1 FROM secret WHERE standing = 'primary' AND key_id <> substr(NEW.card, 1, 16))
BEGIN SELECT RAISE(ABORT, 'a value is sealed under the primary secret'); END;
CREATE TRIGGER prompt_text_is_sealed_by_the_primary BEFORE INSERT ON prompt_version
WHEN EXISTS (SELECT 1 FROM secret WHERE standing = 'primary' AND key_id <> substr(NEW.text, 1, 16))
BEGIN SELECT RAISE(ABORT, 'a value is sealed under the primary secret'); END;
CREATE TRIGGER prompt_text_is_sealed_anew_by_the_primary BEFORE UPDATE OF text ON prompt_version
WHEN EXISTS (SELECT 1 FROM secret WHERE standing = 'primary' AND key_id <> substr(NEW.text, 1, 16))
BEGIN SELECT RAISE(ABORT, 'a value is sealed under the primary secret'); END;
