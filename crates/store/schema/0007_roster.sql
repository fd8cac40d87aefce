-- Files of rows that offices hand in, the pre-applications they entered, the training before a loan and its quiz.

-- @owner: A file an office uploaded, to be done row by row
CREATE TABLE roster (
    owner BIGINT NOT NULL, -- the office
    roster TEXT NOT NULL, -- id, ordered by time
    kind TEXT NOT NULL, -- receipts, pre_applications, quiz_results, attendance
    file_digest TEXT NOT NULL, -- SM3 of the file and of what was said with it: the same file is one roster
    file_name TEXT NOT NULL, -- name it was uploaded under
    about TEXT NOT NULL, -- JSON: what was said with the file
    row_count BIGINT NOT NULL, -- rows with something in them
    uploaded_by TEXT NOT NULL, -- who
    uploaded_at TIMESTAMPTZ NOT NULL, -- when
    on_day DATE NOT NULL, -- business date
    confirmed_by TEXT, -- who let the right rows be done
    confirmed_at TIMESTAMPTZ, -- when
    finished_at TIMESTAMPTZ, -- when the last right row was done
    PRIMARY KEY (owner, roster),
    UNIQUE (owner, kind, file_digest)
);

-- @owner: Rows of such a file; each one is a single repeatable act
CREATE TABLE roster_row (
    owner BIGINT NOT NULL, -- the office
    roster TEXT NOT NULL, -- the file
    row_no BIGINT NOT NULL, -- number as the spreadsheet shows it
    content_cipher BYTEA, -- JSON: the cells, sealed with the system's key; none where a cell could not be read
    verdict TEXT NOT NULL, -- wrong, open, right, refused or done
    reason TEXT NOT NULL, -- JSON: what is wrong, why refused, or what was done
    settled_at TIMESTAMPTZ NOT NULL, -- when the verdict was given
    PRIMARY KEY (owner, roster, row_no),
    FOREIGN KEY (owner, roster) REFERENCES roster (owner, roster)
);
CREATE INDEX roster_row_verdict ON roster_row (owner, roster, verdict);

-- @owner: What an office sees of the pre-applications it has to do with
CREATE TABLE pre_application_seen (
    owner BIGINT NOT NULL, -- county, university or school of origin
    academic_year BIGINT NOT NULL, -- for which year
    person BIGINT NOT NULL, -- who
    book BIGINT NOT NULL, -- book of the county
    student_name TEXT NOT NULL, -- name
    origin_school TEXT NOT NULL, -- school the student comes from
    source TEXT NOT NULL, -- grant_file, county_proof, university_proof or school_list
    proof TEXT NOT NULL, -- papers seen
    status TEXT NOT NULL, -- certified or refused
    reason TEXT NOT NULL, -- why decided so
    reviewed_by TEXT NOT NULL, -- who decided
    reviewed_on DATE NOT NULL, -- business date
    PRIMARY KEY (owner, academic_year, person)
);

-- @owner: A training: of borrowers before the loan or before they leave, of teachers, of staff
CREATE TABLE training (
    owner BIGINT NOT NULL, -- office that holds it
    training BIGINT NOT NULL, -- number at the office
    kind TEXT NOT NULL, -- borrowers, briefing, leavers, aid_teachers, head_teachers or staff
    title TEXT NOT NULL, -- what it is called
    on_day DATE NOT NULL, -- the day
    from_time TEXT NOT NULL, -- such as 09:00
    to_time TEXT NOT NULL, -- such as 12:00
    place TEXT NOT NULL, -- room, or the class group
    held_by TEXT NOT NULL, -- who teaches
    parts TEXT NOT NULL, -- JSON: codes of what is taught
    materials TEXT NOT NULL, -- JSON: what was handed out, and when
    planned_by TEXT NOT NULL, -- who entered it
    planned_at TIMESTAMPTZ NOT NULL, -- when
    closed_on DATE, -- business date, when everything was done
    PRIMARY KEY (owner, training)
);

-- @owner: Who is to come to a training, and who came
CREATE TABLE training_attendee (
    owner BIGINT NOT NULL, -- office that holds it
    training BIGINT NOT NULL, -- which
    attendee BIGINT NOT NULL, -- number on the list
    person BIGINT, -- the borrower; empty for teachers and staff
    name TEXT NOT NULL, -- name
    belongs_to TEXT NOT NULL, -- school, class or department
    attended BOOLEAN NOT NULL, -- was there
    knows BOOLEAN NOT NULL, -- knows when and how to repay
    marked_by TEXT NOT NULL, -- who wrote it down
    marked_at TIMESTAMPTZ NOT NULL, -- when
    PRIMARY KEY (owner, training, attendee),
    FOREIGN KEY (owner, training) REFERENCES training (owner, training)
);
CREATE INDEX training_attendee_person ON training_attendee (person);

-- @person: A quiz drawn for one person, with the questions in the order shown
CREATE TABLE quiz_paper (
    person BIGINT NOT NULL, -- who
    paper TEXT NOT NULL, -- id, ordered by time
    county TEXT NOT NULL, -- by whose rules
    questions TEXT NOT NULL, -- JSON: codes of the questions
    answers TEXT, -- JSON: the answers, once given
    opened_at TIMESTAMPTZ NOT NULL, -- when
    answered_at TIMESTAMPTZ, -- when
    PRIMARY KEY (person, paper)
);
