-- Open requests in the order of their urgency: by tier, then by age, within what expires soon. A request
-- that never expires stands behind every time. Everything here is written once with the request.

ALTER TABLE request_open RENAME TO request_open_before;

-- Every open request, and for a moment some that left the queue: those are swept out with the
-- projection, and every reader looks at their standing.
CREATE TABLE request_open (
  position INTEGER PRIMARY KEY REFERENCES request,
  tenant_no INTEGER NOT NULL REFERENCES tenant_log,
  tier_rank INTEGER NOT NULL CHECK (tier_rank BETWEEN 0 AND 2),
  requested_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT;

INSERT INTO request_open (position, tenant_no, tier_rank, requested_at, expires_at)
SELECT r.position, r.tenant_no, CASE r.tier WHEN 'medium' THEN 1 WHEN 'low' THEN 2 ELSE 0 END,
  r.requested_at, coalesce(r.expires_at, '~')
FROM request_open_before AS o CROSS JOIN request AS r USING (position);

DROP TABLE request_open_before;

CREATE INDEX request_open_by_urgency
ON request_open (tenant_no, tier_rank, requested_at, position, expires_at);
CREATE INDEX request_open_by_expiry ON request_open (tenant_no, expires_at);
