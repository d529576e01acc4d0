DROP TABLE setting_events;
