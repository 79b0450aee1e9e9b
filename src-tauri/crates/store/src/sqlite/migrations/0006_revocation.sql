-- The record that revoked the approval of a request, if one did. Conditions of an approval lie in
-- its votes; those of before have none.

ALTER TABLE standing ADD COLUMN revoked_seq INTEGER;
