-- The service hall of a county centre: half-hours to book, the queue, windows, the duty telephone, visits to villages,
-- volunteers, goods and questions. It takes the place of the two first tables of the counter, which knew neither
-- windows of different kinds nor a place in the queue.

-- @book: Half-hours that can be booked, apart for loans and for repayment business
CREATE TABLE hall_slot (
    book BIGINT NOT NULL, -- the book
    on_day DATE NOT NULL, -- the day
    side TEXT NOT NULL, -- loan or service
    slot TEXT NOT NULL, -- such as 09:00
    places BIGINT NOT NULL, -- families the windows can serve
    kept BIGINT NOT NULL, -- of them, kept for those who come without booking
    booked BIGINT NOT NULL, -- how many are booked
    PRIMARY KEY (book, on_day, side, slot),
    CHECK (kept >= 0 AND booked >= 0 AND booked + kept <= places)
);
INSERT INTO hall_slot SELECT book, on_day, 'loan', slot, capacity, 0, booked FROM appointment_slot;
DROP TABLE appointment_slot;
DROP TABLE visit;

-- @book: Opening hours of one day, where they differ from the usual ones, and the townships whose day it is
CREATE TABLE hall_day (
    book BIGINT NOT NULL, -- the book
    on_day DATE NOT NULL, -- the day
    opens TEXT, -- such as 07:30; empty on a day without service
    closes TEXT, -- such as 19:00
    towns TEXT NOT NULL, -- townships served, blanks between; none means all
    note TEXT NOT NULL, -- what the public should know
    PRIMARY KEY (book, on_day)
);

-- @book: Visits to the hall, booked or walked in; the steps of a visit are facts
CREATE TABLE hall_visit (
    book BIGINT NOT NULL, -- the book
    visit BIGINT NOT NULL, -- number inside the book
    business TEXT NOT NULL, -- first, renewal or service
    person BIGINT, -- who comes, when known
    application BIGINT, -- about which application
    name TEXT NOT NULL, -- name called, masked on the screen
    town TEXT NOT NULL, -- township, when known
    on_day DATE NOT NULL, -- the day
    slot TEXT, -- half-hour booked
    code TEXT NOT NULL, -- shown at the reception
    ticket TEXT, -- number on the screen
    place BIGINT, -- order in the queue
    status TEXT NOT NULL, -- booked, waiting, called, missed, done or cancelled
    window_no BIGINT, -- window that called
    calls BIGINT NOT NULL, -- how often it was called
    booked_at TIMESTAMPTZ, -- when it was booked
    arrived_at TIMESTAMPTZ, -- when the ticket was given
    called_at TIMESTAMPTZ, -- when it was first called
    done_at TIMESTAMPTZ, -- when it ended
    outcome TEXT, -- how it ended
    PRIMARY KEY (book, visit)
);
CREATE INDEX hall_visit_day ON hall_visit (book, on_day, status);
CREATE INDEX hall_visit_code ON hall_visit (book, code);
CREATE INDEX hall_visit_person ON hall_visit (person, status);

-- @book: Who waits for a place of a day that is full
CREATE TABLE hall_wait (
    book BIGINT NOT NULL, -- the book
    on_day DATE NOT NULL, -- the day
    side TEXT NOT NULL, -- loan or service
    person BIGINT NOT NULL, -- who waits
    application BIGINT, -- about which application
    asked_at TIMESTAMPTZ NOT NULL, -- since when
    PRIMARY KEY (book, on_day, side, person)
);

-- @book: Windows of the hall; their openings and closings are facts
CREATE TABLE hall_window (
    book BIGINT NOT NULL, -- the book
    window_no BIGINT NOT NULL, -- number over the window
    serves TEXT NOT NULL, -- kinds of business, blanks between
    tidal BOOLEAN NOT NULL, -- opened and closed by load
    status TEXT NOT NULL, -- open, paused or closed
    staffed BIGINT NOT NULL, -- people at work there
    changed_at TIMESTAMPTZ NOT NULL, -- last change
    PRIMARY KEY (book, window_no)
);

-- @book: Who is on duty: at the telephone day and night, at a window, as a volunteer
CREATE TABLE hall_shift (
    book BIGINT NOT NULL, -- the book
    shift BIGINT NOT NULL, -- number inside the book
    on_day DATE NOT NULL, -- the day it begins
    begins TEXT NOT NULL, -- such as 08:00
    ends TEXT NOT NULL, -- such as 20:00; before the beginning means the next day
    duty TEXT NOT NULL, -- phone, window or volunteer
    who TEXT NOT NULL, -- name
    phone TEXT NOT NULL, -- number called during the shift
    volunteer BIGINT, -- which volunteer
    area TEXT NOT NULL, -- service area, or the family guided
    minutes BIGINT, -- served, once it is over
    PRIMARY KEY (book, shift)
);
CREATE INDEX hall_shift_day ON hall_shift (book, on_day);

-- @book: Calls to the duty telephone
CREATE TABLE hall_call (
    book BIGINT NOT NULL, -- the book
    phone_call BIGINT NOT NULL, -- number inside the book
    on_day DATE NOT NULL, -- business date
    at TIMESTAMPTZ NOT NULL, -- when
    caller TEXT NOT NULL, -- how the caller wants to be addressed
    tail TEXT NOT NULL, -- last four of the caller's number
    about TEXT NOT NULL, -- what was asked
    answer TEXT NOT NULL, -- what was said
    taken_by TEXT NOT NULL, -- who
    PRIMARY KEY (book, phone_call)
);
CREATE INDEX hall_call_day ON hall_call (book, on_day);

-- @book: Volunteers
CREATE TABLE hall_volunteer (
    book BIGINT NOT NULL, -- the book
    volunteer BIGINT NOT NULL, -- number inside the book
    name TEXT NOT NULL, -- name
    school TEXT NOT NULL, -- where the volunteer studies
    from_on DATE NOT NULL, -- first day
    to_on DATE, -- last day
    PRIMARY KEY (book, volunteer)
);

-- @book: Visits to the homes of families far away
CREATE TABLE home_visit (
    book BIGINT NOT NULL, -- the book
    home_visit BIGINT NOT NULL, -- number inside the book
    on_day DATE NOT NULL, -- the day
    town TEXT NOT NULL, -- township
    village TEXT NOT NULL, -- village
    family TEXT NOT NULL, -- name of the student
    application BIGINT, -- about which application
    staff TEXT NOT NULL, -- who goes
    volunteer BIGINT, -- who helps
    paper_no TEXT NOT NULL, -- number on the paper pack
    status TEXT NOT NULL, -- planned, travelling, done or failed
    note TEXT NOT NULL, -- what was found
    entered_at TIMESTAMPTZ, -- when the papers were entered
    PRIMARY KEY (book, home_visit)
);
CREATE INDEX home_visit_day ON home_visit (book, on_day);

-- @book: Goods, machines and the medicine box of the hall
CREATE TABLE hall_supply (
    book BIGINT NOT NULL, -- the book
    item TEXT NOT NULL, -- what
    shelf TEXT NOT NULL, -- area, machine, comfort, medicine or tea
    least BIGINT NOT NULL, -- how many there should be
    stock BIGINT NOT NULL, -- how many there are
    checked_on DATE, -- last counted
    checked_by TEXT, -- by whom
    PRIMARY KEY (book, item)
);

-- @book: Questions put online
CREATE TABLE hall_question (
    book BIGINT NOT NULL, -- the book
    question BIGINT NOT NULL, -- number inside the book
    person BIGINT NOT NULL, -- who asks
    title TEXT NOT NULL, -- in one line
    status TEXT NOT NULL, -- open, answered or closed
    assigned_to TEXT, -- who answers
    assigned_name TEXT, -- name of who answers
    asked_on DATE NOT NULL, -- business date
    asked_at TIMESTAMPTZ NOT NULL, -- when
    answered_at TIMESTAMPTZ, -- first answer
    PRIMARY KEY (book, question)
);
CREATE INDEX hall_question_status ON hall_question (book, status);
CREATE INDEX hall_question_person ON hall_question (person);

-- @book: What was asked and answered, in order
CREATE TABLE hall_entry (
    book BIGINT NOT NULL, -- the book
    question BIGINT NOT NULL, -- of which question
    seq BIGINT NOT NULL, -- 1, 2, 3 …
    at TIMESTAMPTZ NOT NULL, -- when
    by_staff BOOLEAN NOT NULL, -- an answer, not a question
    name TEXT NOT NULL, -- who wrote it
    words TEXT NOT NULL, -- what was written, without ID and phone numbers
    PRIMARY KEY (book, question, seq),
    FOREIGN KEY (book, question) REFERENCES hall_question (book, question)
);

-- @book: Announcements of the hall to the public
CREATE TABLE hall_notice (
    book BIGINT NOT NULL, -- the book
    notice BIGINT NOT NULL, -- number inside the book
    title TEXT NOT NULL, -- head
    words TEXT NOT NULL, -- text
    media TEXT NOT NULL, -- where else it is published
    from_on DATE NOT NULL, -- first day it is shown
    to_on DATE NOT NULL, -- last day it is shown
    PRIMARY KEY (book, notice)
);

-- The report of a day asks which applications were given back on it.
CREATE INDEX fact_day ON fact (book, on_day, kind);
