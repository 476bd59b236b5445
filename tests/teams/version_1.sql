-- The tables of a store of version 1, as the first kit with a store made them.

CREATE TABLE meetings (
    meeting_id TEXT NOT NULL,
    starts_at TIMESTAMP NOT NULL,
    time_zone TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    place TEXT,
    attendees JSON NOT NULL,
    topics JSON NOT NULL,
    held BOOLEAN NOT NULL,
    sequence INTEGER NOT NULL,
    notes TEXT,
    revision INTEGER NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    CONSTRAINT pk_meetings PRIMARY KEY (meeting_id)
);

CREATE TABLE past_items (
    item_id TEXT NOT NULL,
    team TEXT NOT NULL,
    author TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    about_metric TEXT,
    about_segment TEXT,
    about_campaign TEXT,
    about_deal TEXT,
    expected TEXT,
    owner TEXT,
    written_on DATE NOT NULL,
    due_on DATE,
    closed_on DATE,
    closed_reason TEXT,
    changed_at TIMESTAMP NOT NULL,
    changed_by TEXT NOT NULL,
    carried INTEGER DEFAULT '0' NOT NULL,
    answers TEXT,
    meeting_id TEXT,
    revision INTEGER NOT NULL,
    CONSTRAINT pk_past_items PRIMARY KEY (item_id, revision)
);

CREATE TABLE shadowings (
    shadowing_id TEXT NOT NULL,
    guest TEXT NOT NULL,
    host TEXT NOT NULL,
    day DATE NOT NULL,
    meeting TEXT,
    starts_at TIMESTAMP,
    status TEXT NOT NULL,
    learnt TEXT,
    sequence INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    CONSTRAINT pk_shadowings PRIMARY KEY (shadowing_id),
    CONSTRAINT ck_shadowings_status CHECK (status IN ('planned', 'agreed', 'done', 'missed', 'cancelled'))
);

CREATE TABLE store_version (
    version INTEGER NOT NULL
);

CREATE TABLE items (
    item_id TEXT NOT NULL,
    team TEXT NOT NULL,
    author TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    about_metric TEXT,
    about_segment TEXT,
    about_campaign TEXT,
    about_deal TEXT,
    expected TEXT,
    owner TEXT,
    written_on DATE NOT NULL,
    due_on DATE,
    closed_on DATE,
    closed_reason TEXT,
    changed_at TIMESTAMP NOT NULL,
    changed_by TEXT NOT NULL,
    carried INTEGER DEFAULT '0' NOT NULL,
    answers TEXT,
    meeting_id TEXT,
    revision INTEGER NOT NULL,
    CONSTRAINT pk_items PRIMARY KEY (item_id),
    CONSTRAINT ck_items_team CHECK (team IN ('marketing', 'sales')),
    CONSTRAINT ck_items_kind CHECK (kind IN ('success', 'obstacle', 'question', 'request', 'campaign_plan', 'answer', 'decision', 'action')),
    CONSTRAINT fk_items_answers FOREIGN KEY(answers) REFERENCES items (item_id),
    CONSTRAINT fk_items_meeting_id FOREIGN KEY(meeting_id) REFERENCES meetings (meeting_id)
);

CREATE INDEX ix_items_answers ON items (answers);

CREATE INDEX ix_items_meeting_id ON items (meeting_id);

INSERT INTO store_version VALUES (1);
INSERT INTO meetings VALUES ('2026-10-29', '2026-10-29 09:00:00', 'Europe/Berlin', 50, NULL, '["Ada"]', '[]', true, 0, NULL, 1, '2026-10-29 10:00:00');
INSERT INTO items (item_id, team, author, kind, body, written_on, changed_at, changed_by, meeting_id, revision)
VALUES ('old', 'sales', 'Ada', 'obstacle', 'größer 😀', '2026-10-29', '2026-10-29 10:00:00', 'Ada', '2026-10-29', 1);
