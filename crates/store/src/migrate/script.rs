//! Reads the schema scripts: one column or constraint a line, its comment behind it, the table's class before it.

use loan::life::Account;

use crate::store::Engine;

/// Where the rows of a table live (architecture, "Tables: four declared classes").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// With their loan book.
    Book,
    /// With their person.
    Person,
    /// With the office that owns the list.
    Owner,
    /// On every machine, in full.
    Reference,
    /// On the coordinator only.
    Local,
}

impl Class {
    /// First column of every key of the class, if it has one.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Class::Book => Some("book"),
            Class::Person => Some("person"),
            Class::Owner => Some("owner"),
            Class::Reference | Class::Local => None,
        }
    }
}

/// One table of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Name.
    pub name: String,
    /// Where its rows live.
    pub class: Class,
    /// Rows are never changed or deleted.
    pub append_only: bool,
    /// What a row is.
    pub comment: String,
    /// Columns in order.
    pub columns: Vec<Column>,
    /// Columns of the primary key.
    pub primary_key: Vec<String>,
    /// Columns of further unique keys.
    pub uniques: Vec<Vec<String>>,
    /// Foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// Columns of the plain indexes.
    pub indexes: Vec<Vec<String>>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Type in PostgreSQL's word.
    pub kind: String,
    /// Whether it may be null.
    pub nullable: bool,
    /// What it holds.
    pub comment: String,
}

/// One foreign key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ForeignKey {
    /// Columns here.
    pub columns: Vec<String>,
    /// Table there.
    pub table: String,
    /// Columns there.
    pub references: Vec<String>,
}

/// A script for one engine.
pub(super) struct Script {
    /// Run at once.
    pub create: String,
    /// Run after everything, and after distribution: PostgreSQL's foreign keys.
    pub last: String,
}

/// Splits a line into SQL and comment.
fn parts(line: &str) -> (&str, &str) {
    match line.split_once("-- ") {
        Some((sql, comment)) => (sql.trim_end(), comment.trim()),
        None => (line.trim_end(), ""),
    }
}

/// The names between the first pair of brackets after `start`.
fn names(text: &str) -> Vec<String> {
    let inside = text.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(inside, _)| inside);
    inside.split(',').map(|name| name.trim().to_owned()).collect()
}

/// Reads the tables of a script.
pub(super) fn tables(text: &str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut header = None;
    for line in text.lines() {
        let (sql, comment) = parts(line);
        let sql = sql.trim();
        if let Some(about) = line.strip_prefix("-- @") {
            let (tags, comment) = about.split_once(": ").expect("a table's header is `-- @class: comment`");
            header = Some((tags.to_owned(), comment.to_owned()));
        } else if let Some(rest) = sql.strip_prefix("CREATE TABLE ") {
            let (tags, comment) = header.take().expect("a table has its header on the line before");
            let class = match tags.split_whitespace().next().expect("a header names a class") {
                "book" => Class::Book,
                "person" => Class::Person,
                "owner" => Class::Owner,
                "reference" => Class::Reference,
                "local" => Class::Local,
                other => panic!("{other} is not a class of tables"),
            };
            tables.push(Table {
                name: rest.trim_start_matches("IF NOT EXISTS ").trim_end_matches(" (").to_owned(),
                class,
                append_only: tags.contains("append-only"),
                comment,
                columns: Vec::new(),
                primary_key: Vec::new(),
                uniques: Vec::new(),
                foreign_keys: Vec::new(),
                indexes: Vec::new(),
            });
        } else if let Some(table) = tables.last_mut()
            && !sql.is_empty()
            && sql != ");"
            && !sql.starts_with("INSERT INTO ")
            && !sql.starts_with("DROP ")
        {
            read_line(table, sql, comment);
        }
    }
    tables
}

/// The tables a script takes away; their rows went to others of the same script.
pub(super) fn dropped(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.strip_prefix("DROP TABLE ")?.strip_suffix(';'))
}

/// Reads one line of a table, or an index behind it.
fn read_line(table: &mut Table, sql: &str, comment: &str) {
    if sql.starts_with("PRIMARY KEY") {
        table.primary_key = names(sql);
    } else if sql.starts_with("UNIQUE") {
        table.uniques.push(names(sql));
    } else if let Some(rest) = sql.strip_prefix("FOREIGN KEY") {
        let (here, there) = rest.split_once(" REFERENCES ").expect("a foreign key references a table");
        let (name, _) = there.split_once(' ').expect("columns follow the table's name");
        table.foreign_keys.push(ForeignKey { columns: names(here), table: name.to_owned(), references: names(there) });
    } else if sql.starts_with("CREATE INDEX") {
        // A later script may index a table of an earlier one; that is not this table's.
        if sql.contains(&format!(" ON {} (", table.name)) {
            table.indexes.push(names(sql));
        }
    } else if !sql.starts_with("CHECK") {
        let mut words = sql.trim_end_matches(',').split_whitespace();
        let (name, kind) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let nullable = !sql.contains("NOT NULL");
        table.columns.push(Column {
            name: name.to_owned(),
            kind: kind.to_owned(),
            nullable,
            comment: comment.to_owned(),
        });
    }
}

/// The script in the words of one engine.
pub(super) fn for_engine(text: &str, engine: Engine) -> Script {
    match engine {
        Engine::Sqlite => Script { create: sqlite(text), last: String::new() },
        Engine::Postgres => postgres(text),
    }
}

/// SQLite: strict tables with its own type words; triggers guard what must only grow.
fn sqlite(text: &str) -> String {
    let mut out = String::new();
    let mut append_only = false;
    for line in text.lines() {
        if line.starts_with("-- @") {
            append_only = line.contains("append-only");
        }
        let (sql, comment) = parts(line);
        let mut sql = sql.to_owned();
        for (word, instead) in [
            (" BIGINT", " INTEGER"),
            (" BOOLEAN", " INTEGER"),
            (" BYTEA", " BLOB"),
            (" TIMESTAMPTZ", " TEXT"),
            (" DATE", " TEXT"),
        ] {
            sql = sql.replace(word, instead);
        }
        if sql == ");" {
            // Small rows that arrive in key order live in the key's own tree.
            sql = if append_only { ") STRICT, WITHOUT ROWID;" } else { ") STRICT;" }.to_owned();
        }
        out.push_str(&sql);
        if !comment.is_empty() {
            out.push_str(&format!(" -- {comment}"));
        }
        out.push('\n');
    }
    for table in tables(text).iter().filter(|table| table.append_only) {
        let name = &table.name;
        for (act, word) in [("update", "UPDATE"), ("delete", "DELETE")] {
            out.push_str(&format!(
                "CREATE TRIGGER {name}_no_{act} BEFORE {word} ON {name} BEGIN SELECT RAISE(ABORT, '{name} only grows'); END;\n"
            ));
        }
    }
    out
}

/// PostgreSQL: comments become part of the schema, foreign keys come last, and texts sort by their bytes as in SQLite,
/// whatever the server's locale.
fn postgres(text: &str) -> Script {
    let mut create = String::new();
    let mut last = String::new();
    let mut open: Vec<String> = Vec::new();
    for line in text.lines() {
        let (sql, _) = parts(line);
        let bare = sql.trim();
        if bare.starts_with("FOREIGN KEY") {
            continue;
        }
        if bare == ");" {
            // The line before may have lost its follower.
            if let Some(before) = open.last_mut() {
                *before = before.trim_end_matches(',').to_owned();
            }
        }
        if !bare.is_empty() {
            open.push(sql.replace(" TEXT", " TEXT COLLATE \"C\""));
        }
    }
    create.push_str(&open.join("\n"));
    create.push('\n');
    for table in tables(text) {
        let name = &table.name;
        create.push_str(&format!("COMMENT ON TABLE {name} IS {};\n", quoted(&table.comment)));
        for column in &table.columns {
            create.push_str(&format!("COMMENT ON COLUMN {name}.{} IS {};\n", column.name, quoted(&column.comment)));
        }
        for key in &table.foreign_keys {
            last.push_str(&format!(
                "ALTER TABLE {name} ADD FOREIGN KEY ({}) REFERENCES {} ({});\n",
                key.columns.join(", "),
                key.table,
                key.references.join(", ")
            ));
        }
    }
    Script { create, last }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Citus calls that put each table where its class belongs; local tables stay on the coordinator.
pub(super) fn distribution(tables: &[Table]) -> String {
    let mut out = String::new();
    for table in tables {
        let name = &table.name;
        match table.class {
            Class::Reference => out.push_str(&format!("SELECT create_reference_table('{name}');\n")),
            Class::Local => {}
            Class::Book | Class::Person | Class::Owner => {
                let key = table.class.key().expect("these classes have a key");
                let with = match table.class {
                    Class::Book => "counter",
                    Class::Person => "person",
                    _ => "school_case",
                };
                let with = if with == name { "none" } else { with };
                out.push_str(&format!(
                    "SELECT create_distributed_table('{name}', '{key}', colocate_with => '{with}');\n"
                ));
            }
        }
    }
    out
}

/// Views over the ledger, for people who read the database itself: a row per leg, and the trial balance of each book.
pub(super) fn views() -> String {
    let legs: Vec<String> = Account::ALL
        .iter()
        .map(|account| {
            let code = account.code();
            format!(
                "SELECT book, contract, seq, on_day, kind, cause, channel, '{code}' AS account, {code} AS amount_fen \
                 FROM posting WHERE {code} <> 0"
            )
        })
        .collect();
    format!(
        "DROP VIEW IF EXISTS trial_balance;\nDROP VIEW IF EXISTS posting_leg;\n\
         CREATE VIEW posting_leg AS {};\n\
         CREATE VIEW trial_balance AS SELECT book, account, CAST(sum(amount_fen) AS BIGINT) AS balance_fen \
         FROM posting_leg GROUP BY book, account;\n",
        legs.join(" UNION ALL ")
    )
}

/// Rights of the serving role: everything but changing what must only grow.
pub(super) fn rights(tables: &[Table], role: &str) -> String {
    let mut out = format!(
        "DO $$ BEGIN CREATE ROLE {role} LOGIN; \
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;\n\
         DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO {role}', current_schema()); END $$;\n\
         GRANT SELECT ON migration, posting_leg, trial_balance TO {role};\n"
    );
    for table in tables {
        let rights = if table.append_only { "SELECT, INSERT" } else { "SELECT, INSERT, UPDATE, DELETE" };
        out.push_str(&format!("REVOKE ALL ON {0} FROM {role};\nGRANT {rights} ON {0} TO {role};\n", table.name));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "-- @book append-only: What's a row
CREATE TABLE child (
    book BIGINT NOT NULL, -- the book
    at TIMESTAMPTZ, -- when
    raw BYTEA NOT NULL, -- bytes; it's sealed
    word TEXT NOT NULL, -- a word
    PRIMARY KEY (book, at),
    FOREIGN KEY (book) REFERENCES parent (book)
);
CREATE INDEX child_raw ON child (book, raw);
";

    #[test]
    fn sqlite_gets_its_own_types_and_triggers_and_keeps_its_foreign_keys() {
        let script = for_engine(SAMPLE, Engine::Sqlite);
        for part in [
            "at TEXT, -- when",
            "raw BLOB NOT NULL,",
            "FOREIGN KEY (book) REFERENCES parent (book)",
            ") STRICT, WITHOUT ROWID;",
            "CREATE TRIGGER child_no_update BEFORE UPDATE ON child",
            "CREATE TRIGGER child_no_delete BEFORE DELETE ON child",
        ] {
            assert!(script.create.contains(part), "{part} in {}", script.create);
        }
        assert_eq!(script.last, "");
    }

    #[test]
    fn a_later_script_may_move_the_rows_of_a_table_and_take_it_away() {
        let later = "-- @book: A grown child\nCREATE TABLE adult (\n    book BIGINT NOT NULL, -- the book\n    \
                     PRIMARY KEY (book)\n);\nINSERT INTO adult SELECT book FROM child;\nDROP TABLE child;\n";
        assert_eq!(dropped(later).collect::<Vec<_>>(), ["child"]);
        let tables = tables(later);
        assert_eq!(tables.len(), 1);
        assert_eq!(tables[0].columns.len(), 1, "{tables:?}");
    }

    #[test]
    fn postgresql_gets_comments_and_its_foreign_keys_last() {
        let script = for_engine(SAMPLE, Engine::Postgres);
        assert!(script.create.contains("PRIMARY KEY (book, at)\n);"), "{}", script.create);
        assert!(script.create.contains("word TEXT COLLATE \"C\" NOT NULL,"), "{}", script.create);
        assert!(script.create.contains("COMMENT ON TABLE child IS 'What''s a row';"));
        assert!(script.create.contains("COMMENT ON COLUMN child.raw IS 'bytes; it''s sealed';"));
        assert!(!script.create.contains("FOREIGN"));
        assert_eq!(script.last, "ALTER TABLE child ADD FOREIGN KEY (book) REFERENCES parent (book);\n");
    }

    /// Citus wants every table where its class says, one first table per class to colocate with, and no foreign key
    /// before that.
    #[test]
    fn every_table_is_distributed_by_the_key_of_its_class() {
        let all = distribution(crate::migrate::tables());
        for (name, expected) in [
            ("posting", "SELECT create_distributed_table('posting', 'book', colocate_with => 'counter');"),
            ("counter", "SELECT create_distributed_table('counter', 'book', colocate_with => 'none');"),
            ("account", "SELECT create_distributed_table('account', 'person', colocate_with => 'person');"),
            ("trade", "SELECT create_distributed_table('trade', 'owner', colocate_with => 'school_case');"),
            ("office", "SELECT create_reference_table('office');"),
        ] {
            assert!(all.lines().any(|line| line == expected), "{name}");
        }
        assert!(!all.contains("'session'"), "local tables stay on the coordinator");
        // The table to colocate with comes before those that do.
        let place = |text: &str| all.find(text).expect("it is distributed");
        for (first, later) in
            [("('counter'", "('application'"), ("('person'", "('account'"), ("('school_case'", "('batch'")]
        {
            assert!(place(first) < place(later));
        }
    }
}
