-- The workspace, its logs, and the projection that searches them.
-- A record's position is tenant_no * 2^40 + seq, so that every log grows at its own right edge.

CREATE TABLE workspace (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  created_at TEXT NOT NULL,
  kdf_salt BLOB NOT NULL,
  kdf_iterations INTEGER NOT NULL,
  key_storage TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('own', 'demo'))
) STRICT;

CREATE TABLE tenant_log (
  tenant_no INTEGER PRIMARY KEY CHECK (tenant_no BETWEEN 1 AND 4194303),
  tenant_id TEXT NOT NULL UNIQUE
) STRICT;

-- The hashes stand before the body, so that reading them never reads a long leaf. Envelopes and the
-- idempotency key of the commit lie beside its records: the audit transaction writes one right edge
-- and no index (see log_index, attestation_index, idempotency_index).
CREATE TABLE log (
  position INTEGER PRIMARY KEY,
  hashes BLOB NOT NULL,
  seal BLOB,
  leaf BLOB NOT NULL,
  attestations BLOB,
  idempotency_key TEXT,
  idempotency_answer TEXT
) STRICT;

CREATE TRIGGER log_is_never_updated BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'audit records are never updated'); END;
CREATE TRIGGER log_is_never_deleted BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'audit records are never deleted'); END;
-- REPLACE would delete without a trigger, and an insert elsewhere than at the edge leaves a gap.
CREATE TRIGGER log_grows_at_its_edge BEFORE INSERT ON log
WHEN EXISTS (SELECT 1 FROM log WHERE position = NEW.position)
  OR (NEW.position & 1099511627775 <> 0
      AND NOT EXISTS (SELECT 1 FROM log WHERE position = NEW.position - 1))
BEGIN SELECT RAISE(ABORT, 'audit records are appended, one after the other'); END;

CREATE TABLE checkpoint (
  tenant_no INTEGER PRIMARY KEY REFERENCES tenant_log,
  size INTEGER NOT NULL,
  note TEXT NOT NULL
) STRICT;

-- The projection: filled after the commit, up to a watermark, from the log alone; it can be dropped
-- and built again at any time.
CREATE TABLE log_watermark (
  tenant_no INTEGER PRIMARY KEY REFERENCES tenant_log,
  size INTEGER NOT NULL
) STRICT;

CREATE TABLE log_index (
  position INTEGER PRIMARY KEY,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  resource_type TEXT NOT NULL,
  resource_id TEXT NOT NULL,
  correlation_id TEXT NOT NULL
) STRICT;
-- Each index ends with the position by itself; a pair of filters has its own.
CREATE INDEX log_by_actor ON log_index (actor);
CREATE INDEX log_by_action ON log_index (action);
CREATE INDEX log_by_type ON log_index (resource_type);
CREATE INDEX log_by_resource ON log_index (resource_id, resource_type);
CREATE INDEX log_by_correlation ON log_index (correlation_id);
CREATE INDEX log_by_actor_action ON log_index (actor, action);
CREATE INDEX log_by_actor_type ON log_index (actor, resource_type);
CREATE INDEX log_by_action_type ON log_index (action, resource_type);
CREATE INDEX log_by_resource_actor ON log_index (resource_id, resource_type, actor);
CREATE INDEX log_by_resource_action ON log_index (resource_id, resource_type, action);

CREATE TABLE log_facet (
  tenant_no INTEGER NOT NULL REFERENCES tenant_log,
  facet TEXT NOT NULL CHECK (facet IN ('actor', 'action')),
  word TEXT NOT NULL,
  records INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, facet, word)
) STRICT, WITHOUT ROWID;

CREATE TABLE attestation_index (
  payload_sha256 BLOB PRIMARY KEY,
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_index (
  idempotency_key TEXT PRIMARY KEY,
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Governed state. What a record made is stored under the position of that record; its facts are
-- written once. What may change about it lies apart, in standing, so that an approval rewrites one
-- small row and no index: a version and the request opened with it are neighbours there.

CREATE TABLE tenant (
  tenant_no INTEGER PRIMARY KEY REFERENCES tenant_log,
  title TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE person (
  person_id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  title_key TEXT NOT NULL UNIQUE,
  sign_in TEXT,
  status TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_sign_in_at TEXT,
  failures INTEGER NOT NULL,
  last_failure_at TEXT
) STRICT;

CREATE TABLE standing (
  position INTEGER PRIMARY KEY REFERENCES log,
  status TEXT NOT NULL CHECK (status IN ('PENDING', 'APPROVED', 'REJECTED')),
  -- Of versions.
  approved_by TEXT,
  approved_at TEXT,
  request_id TEXT,
  -- Of requests; the votes as JSON, in the order of their records.
  lifecycle TEXT,
  decided_seq INTEGER,
  votes TEXT
) STRICT;

-- One row a name, whatever its case; the newest version and how many there are.
CREATE TABLE subject_name (
  tenant_no INTEGER NOT NULL REFERENCES tenant_log,
  kind TEXT NOT NULL CHECK (kind IN ('model', 'prompt')),
  name_key TEXT NOT NULL,
  name TEXT NOT NULL,
  newest INTEGER NOT NULL,
  versions INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, kind, name_key)
) STRICT, WITHOUT ROWID;

-- `card` and `text` are Fernet tokens, bound to their place by these table and column names.
CREATE TABLE model_version (
  position INTEGER PRIMARY KEY REFERENCES log,
  tenant_no INTEGER NOT NULL REFERENCES tenant_log,
  row_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  digest TEXT NOT NULL,
  tier TEXT NOT NULL,
  documents TEXT NOT NULL,
  makers TEXT NOT NULL,
  author TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at TEXT NOT NULL,
  card TEXT,
  UNIQUE (tenant_no, name, version)
) STRICT;

CREATE TABLE prompt_version (
  position INTEGER PRIMARY KEY REFERENCES log,
  tenant_no INTEGER NOT NULL REFERENCES tenant_log,
  row_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  digest TEXT NOT NULL,
  tier TEXT NOT NULL,
  documents TEXT NOT NULL,
  makers TEXT NOT NULL,
  author TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at TEXT NOT NULL,
  text TEXT,
  UNIQUE (tenant_no, name, version)
) STRICT;

CREATE TABLE request (
  position INTEGER PRIMARY KEY REFERENCES log,
  tenant_no INTEGER NOT NULL REFERENCES tenant_log,
  request_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  subject_digest TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('model', 'prompt', 'change')),
  makers TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  requested_at TEXT NOT NULL,
  reason TEXT NOT NULL,
  tier TEXT,
  policy_sha256 TEXT,
  documents TEXT NOT NULL,
  expires_at TEXT,
  change TEXT,
  proposal_sha256 TEXT,
  UNIQUE (tenant_no, request_id)
) STRICT;
CREATE INDEX request_by_subject ON request (subject);
CREATE INDEX request_by_requester ON request (requested_by);

-- Every open request, and for a moment some that left the queue: those are swept out with the
-- projection, and every reader looks at their standing.
CREATE TABLE request_open (
  position INTEGER PRIMARY KEY REFERENCES request
) STRICT;
