-- What was said about requests. Everything but the text stands in its record, whose id is the row's;
-- `text` is a Fernet token, bound to its place by these table and column names.
CREATE TABLE comment (
  position INTEGER PRIMARY KEY REFERENCES log,
  tenant_no INTEGER NOT NULL REFERENCES tenant_log,
  row_id TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL
) STRICT;

-- As for models and prompts: found by their key, and sealed under the primary secret only.
CREATE INDEX comment_by_secret ON comment (substr(text, 1, 16), row_id);
CREATE TRIGGER comment_text_is_sealed_by_the_primary BEFORE INSERT ON comment
WHEN EXISTS (SELECT 1 FROM secret WHERE standing = 'primary' AND key_id <> substr(NEW.text, 1, 16))
BEGIN SELECT RAISE(ABORT, 'a value is sealed under the primary secret'); END;
CREATE TRIGGER comment_text_is_sealed_anew_by_the_primary BEFORE UPDATE OF text ON comment
WHEN EXISTS (SELECT 1 FROM secret WHERE standing = 'primary' AND key_id <> substr(NEW.text, 1, 16))
BEGIN SELECT RAISE(ABORT, 'a value is sealed under the primary secret'); END;
