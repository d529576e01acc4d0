-- Where a choice was made, and which words the person saw: what proves it later.
ALTER TABLE consent_events ADD COLUMN ip text, ADD COLUMN wording text;
