-- Service accounts, and what kind of principal may stand where.
-- A token is believed only as its records in the log of the workspace say it: this table is their
-- picture, and every verification compares the two. Of the token its SHA-256 is kept.

CREATE TABLE service (
  service_id TEXT PRIMARY KEY CHECK (service_id GLOB 'service/????????-????-7???-????-????????????'),
  kind TEXT NOT NULL CHECK (kind = 'service'),
  title TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenant_log (tenant_id) CHECK (tenant_id <> '_workspace'),
  role TEXT NOT NULL CHECK (role IN ('ADMIN', 'ANALYST', 'APPROVER', 'VIEWER')),
  owner TEXT NOT NULL REFERENCES person CHECK (owner GLOB 'person/*'),
  token_sha256 TEXT NOT NULL UNIQUE CHECK (length(token_sha256) = 64
    AND token_sha256 NOT GLOB '*[^0-9a-f]*'),
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL CHECK (expires_at > created_at),
  last_used_at TEXT,
  revoked_at TEXT
) STRICT, WITHOUT ROWID;

-- What a token is was written once: only its last use and its end may follow.
CREATE TRIGGER service_is_written_once BEFORE UPDATE ON service
WHEN NEW.service_id IS NOT OLD.service_id OR NEW.kind IS NOT OLD.kind
  OR NEW.title IS NOT OLD.title OR NEW.tenant_id IS NOT OLD.tenant_id
  OR NEW.role IS NOT OLD.role OR NEW.owner IS NOT OLD.owner
  OR NEW.token_sha256 IS NOT OLD.token_sha256 OR NEW.created_at IS NOT OLD.created_at
  OR NEW.expires_at IS NOT OLD.expires_at
  OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at)
BEGIN SELECT RAISE(ABORT, 'what a token is never changes'); END;

-- An account that signs in is a person's.
CREATE TRIGGER person_is_a_person BEFORE INSERT ON person
WHEN NEW.person_id NOT GLOB 'person/*'
BEGIN SELECT RAISE(ABORT, 'an account that signs in is a person''s'); END;
CREATE TRIGGER person_stays_a_person BEFORE UPDATE OF person_id ON person
WHEN NEW.person_id NOT GLOB 'person/*'
BEGIN SELECT RAISE(ABORT, 'an account that signs in is a person''s'); END;

-- Only people vote, and only a person's vote approves.
CREATE TRIGGER standing_is_of_people BEFORE INSERT ON standing
WHEN NEW.approved_by NOT GLOB 'person/*'
  OR EXISTS (SELECT 1 FROM json_each(NEW.votes)
             WHERE json_extract(value, '$.actor') IS NULL
                OR json_extract(value, '$.actor') NOT GLOB 'person/*')
BEGIN SELECT RAISE(ABORT, 'only people decide'); END;
CREATE TRIGGER standing_stays_of_people BEFORE UPDATE ON standing
WHEN NEW.approved_by NOT GLOB 'person/*'
  OR EXISTS (SELECT 1 FROM json_each(NEW.votes)
             WHERE json_extract(value, '$.actor') IS NULL
                OR json_extract(value, '$.actor') NOT GLOB 'person/*')
BEGIN SELECT RAISE(ABORT, 'only people decide'); END;
