-- Copies of papers that left a printer.

-- @book: Every copy of a paper from the print centre: who asked, and why when it was not the first
CREATE TABLE paper_copy (
    book BIGINT NOT NULL, -- the book
    paper BIGINT NOT NULL, -- the print
    copy BIGINT NOT NULL, -- 1, 2, 3 …
    printed_by TEXT NOT NULL, -- who
    printed_at TIMESTAMPTZ NOT NULL, -- when
    on_day DATE NOT NULL, -- business date
    reason TEXT NOT NULL, -- why once more; empty for the first
    PRIMARY KEY (book, paper, copy)
);

CREATE INDEX fact_of_day ON fact (book, on_day, kind);
