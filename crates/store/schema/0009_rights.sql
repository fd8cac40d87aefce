-- What people may know and ask about their own data, and what offices tell each other and everybody.

-- @person: Who opened the file of a person: one row for each reader, kind and day
CREATE TABLE data_view (
    person BIGINT NOT NULL, -- whose file
    on_day DATE NOT NULL, -- business date
    actor TEXT NOT NULL, -- who
    what TEXT NOT NULL, -- case, scans or id_number
    office BIGINT, -- office of the reader
    reason TEXT NOT NULL, -- why, where it must be said
    times BIGINT NOT NULL, -- how often that day
    at TIMESTAMPTZ NOT NULL, -- the last time
    PRIMARY KEY (person, on_day, actor, what)
);

-- @person: Copies of the own data somebody asked for; the link works once
CREATE TABLE data_copy (
    person BIGINT NOT NULL, -- whose data
    copy TEXT NOT NULL, -- id, ordered by time
    token_hash BYTEA NOT NULL, -- SM3 of the link's token
    asked_at TIMESTAMPTZ NOT NULL, -- when
    expires_at TIMESTAMPTZ NOT NULL, -- worth nothing from then on
    fetched_at TIMESTAMPTZ, -- when it was taken
    PRIMARY KEY (person, copy)
);

-- @owner: Notices to other offices and articles for everybody
CREATE TABLE notice (
    owner BIGINT NOT NULL, -- office that publishes
    notice BIGINT NOT NULL, -- number inside the office
    kind TEXT NOT NULL, -- notice or article
    audience TEXT NOT NULL, -- counties, schools, colleges or everybody
    title TEXT NOT NULL, -- headline
    body TEXT NOT NULL, -- text, paragraphs parted by empty lines
    on_day DATE NOT NULL, -- business date it was published
    answer_by DATE, -- last day for the receipt; empty when none is asked for
    published_by TEXT NOT NULL, -- who
    published_at TIMESTAMPTZ NOT NULL, -- when
    withdrawn_at TIMESTAMPTZ, -- when it was taken back
    PRIMARY KEY (owner, notice)
);
CREATE INDEX notice_audience ON notice (audience, on_day);

-- @owner: Attachments of a notice, pictures of an article
CREATE TABLE notice_file (
    owner BIGINT NOT NULL, -- office that publishes
    notice BIGINT NOT NULL, -- which
    row_no BIGINT NOT NULL, -- 1, 2, 3 …
    name TEXT NOT NULL, -- name of the file, or the caption of a picture
    media_type TEXT NOT NULL, -- type found by its first bytes
    content BYTEA NOT NULL, -- the file
    PRIMARY KEY (owner, notice, row_no),
    FOREIGN KEY (owner, notice) REFERENCES notice (owner, notice)
);

-- @owner: Receipts of a notice by those it was meant for
CREATE TABLE notice_receipt (
    owner BIGINT NOT NULL, -- office that published
    notice BIGINT NOT NULL, -- which
    receiver BIGINT NOT NULL, -- office that read it
    reader TEXT NOT NULL, -- who read it
    note TEXT NOT NULL, -- what was answered
    at TIMESTAMPTZ NOT NULL, -- when
    PRIMARY KEY (owner, notice, receiver, reader),
    FOREIGN KEY (owner, notice) REFERENCES notice (owner, notice)
);

-- @local: How often a public page was read
CREATE TABLE page_count (
    page TEXT NOT NULL, -- which page
    value BIGINT NOT NULL, -- how often
    PRIMARY KEY (page)
);
