//! Who acts, in which role, and how far the role reaches. The role a person acts in decides what may be
//! asked; the office, the book or the person decides on which file. Both are checked by [`crate::act`],
//! never by a page.

use serde::{Deserialize, Serialize};

/// A role of the platform (requirements section a). Staff hold roles through an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 借款学生 (A1).
    Student,
    /// 共同借款人 (A2).
    CoBorrower,
    /// 县级资助中心经办人 (A7).
    CountyClerk,
    /// 电子合同复核专人 (A8).
    CountyReviewer,
    /// 办理大厅负责人 (A9).
    HallManager,
    /// 志愿者 (A10).
    Volunteer,
    /// 高校学生资助管理部门 (A11, A12).
    SchoolOfficer,
    /// 高校财务处 (A13).
    SchoolFinance,
    /// 辅导员, 包干责任人 (A15).
    Counsellor,
    /// 贷款助理, a student a counsellor chose (A16): helps, decides nothing, sees no full ID number.
    LoanAssistant,
    /// 经办银行经办 (A17).
    BankMaker,
    /// 经办银行复核 (A17).
    BankChecker,
    /// 热线坐席 of 95593 (R1.4): starts a reset of a password, sees no file.
    HotlineAgent,
    /// 第三方支付平台 (A18), reads only.
    PlatformOperator,
    /// 省级资助中心 (A22).
    Province,
    /// 审计, reads only.
    Auditor,
    /// 系统管理员 (A32).
    SystemAdmin,
    /// 安全管理员.
    SecurityAdmin,
    /// 审计管理员.
    AuditAdmin,
}

impl Role {
    /// All of them, in order.
    pub const ALL: [Role; 19] = [
        Role::Student,
        Role::CoBorrower,
        Role::CountyClerk,
        Role::CountyReviewer,
        Role::HallManager,
        Role::Volunteer,
        Role::SchoolOfficer,
        Role::SchoolFinance,
        Role::Counsellor,
        Role::LoanAssistant,
        Role::BankMaker,
        Role::BankChecker,
        Role::HotlineAgent,
        Role::PlatformOperator,
        Role::Province,
        Role::Auditor,
        Role::SystemAdmin,
        Role::SecurityAdmin,
        Role::AuditAdmin,
    ];

    /// The name kept in the database and shown in logs.
    pub const fn code(self) -> &'static str {
        match self {
            Role::Student => "student",
            Role::CoBorrower => "co_borrower",
            Role::CountyClerk => "county_clerk",
            Role::CountyReviewer => "county_reviewer",
            Role::HallManager => "hall_manager",
            Role::Volunteer => "volunteer",
            Role::SchoolOfficer => "school_officer",
            Role::SchoolFinance => "school_finance",
            Role::Counsellor => "counsellor",
            Role::LoanAssistant => "loan_assistant",
            Role::BankMaker => "bank_maker",
            Role::BankChecker => "bank_checker",
            Role::HotlineAgent => "hotline_agent",
            Role::PlatformOperator => "platform_operator",
            Role::Province => "province",
            Role::Auditor => "auditor",
            Role::SystemAdmin => "system_admin",
            Role::SecurityAdmin => "security_admin",
            Role::AuditAdmin => "audit_admin",
        }
    }

    /// The role of that name.
    pub fn of(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    /// The kind of office that may give the role; `None` for students and co-borrowers.
    pub const fn office_kind(self) -> Option<OfficeKind> {
        match self {
            Role::Student | Role::CoBorrower => None,
            Role::CountyClerk | Role::CountyReviewer | Role::HallManager | Role::Volunteer => Some(OfficeKind::County),
            Role::SchoolOfficer | Role::SchoolFinance | Role::Counsellor | Role::LoanAssistant => {
                Some(OfficeKind::School)
            }
            Role::BankMaker | Role::BankChecker | Role::HotlineAgent => Some(OfficeKind::Bank),
            Role::PlatformOperator => Some(OfficeKind::Platform),
            Role::Province => Some(OfficeKind::Province),
            Role::Auditor | Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin => Some(OfficeKind::System),
        }
    }

    /// Helpers without a say: they may not approve, sign or see a whole ID number (R1.14).
    pub const fn is_restricted(self) -> bool {
        matches!(self, Role::Volunteer | Role::LoanAssistant)
    }

    /// Roles no account may hold together: the three administrators are kept apart, and nobody both
    /// makes and checks (security 1.2, H032).
    pub fn conflicts_with(self, other: Role) -> bool {
        use Role::{AuditAdmin, Auditor, BankChecker, BankMaker, SecurityAdmin, SystemAdmin};
        let apart: [&[Role]; 2] = [&[SystemAdmin, SecurityAdmin, AuditAdmin], &[BankMaker, BankChecker]];
        let auditor_alone = (self == Auditor) != (other == Auditor);
        let helper_alone = self.is_restricted() != other.is_restricted();
        self != other
            && (auditor_alone || helper_alone || apart.iter().any(|set| set.contains(&self) && set.contains(&other)))
    }
}

/// What kind of place an office is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficeKind {
    /// 县级学生资助管理中心.
    County,
    /// 高校.
    School,
    /// 经办银行.
    Bank,
    /// 第三方支付平台.
    Platform,
    /// 省级学生资助管理中心.
    Province,
    /// The operator of the system itself.
    System,
}

impl OfficeKind {
    /// The name kept in the database.
    pub const fn code(self) -> &'static str {
        match self {
            OfficeKind::County => "county",
            OfficeKind::School => "school",
            OfficeKind::Bank => "bank",
            OfficeKind::Platform => "platform",
            OfficeKind::Province => "province",
            OfficeKind::System => "system",
        }
    }

    /// The kind of that name.
    pub fn of(code: &str) -> Option<OfficeKind> {
        use OfficeKind::*;
        [County, School, Bank, Platform, Province, System].into_iter().find(|kind| kind.code() == code)
    }
}

/// The one who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who it is.
    pub who: Who,
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A visitor who has not logged in.
    Public,
    /// A student, by the person number.
    Student(i64),
    /// A co-borrower, by the person number.
    CoBorrower(i64),
    /// A member of staff of one office.
    Staff {
        /// Number of the staff row.
        staff: i64,
        /// Blind index of the ID number: two accounts of one human are one person (H040).
        person_index: String,
        /// The office the roles are held in.
        office: i64,
        /// Roles in force now.
        roles: Vec<Role>,
    },
    /// A job of the program itself, by name.
    System(&'static str),
}

impl Actor {
    /// A visitor.
    pub const PUBLIC: Actor = Actor { who: Who::Public };

    /// A job of the program.
    pub const fn system(job: &'static str) -> Actor {
        Actor { who: Who::System(job) }
    }

    /// A student.
    pub const fn student(person: i64) -> Actor {
        Actor { who: Who::Student(person) }
    }

    /// A co-borrower.
    pub const fn co_borrower(person: i64) -> Actor {
        Actor { who: Who::CoBorrower(person) }
    }

    /// The name kept in facts and audit records; never an ID number.
    pub fn name(&self) -> String {
        match &self.who {
            Who::Public => "public".to_owned(),
            Who::Student(person) => format!("student:{person}"),
            Who::CoBorrower(person) => format!("co_borrower:{person}"),
            Who::Staff { staff, .. } => format!("staff:{staff}"),
            Who::System(job) => format!("system:{job}"),
        }
    }

    /// Roles held.
    pub fn roles(&self) -> &[Role] {
        match &self.who {
            Who::Student(_) => &[Role::Student],
            Who::CoBorrower(_) => &[Role::CoBorrower],
            Who::Staff { roles, .. } => roles,
            Who::Public | Who::System(_) => &[],
        }
    }

    /// True for staff who only help: every role held is a restricted one.
    pub fn is_restricted(&self) -> bool {
        !self.roles().is_empty() && self.roles().iter().all(|role| role.is_restricted())
    }

    /// The person number of a student or co-borrower.
    pub fn person(&self) -> Option<i64> {
        match self.who {
            Who::Student(person) | Who::CoBorrower(person) => Some(person),
            _ => None,
        }
    }

    /// The office of a member of staff.
    pub fn office(&self) -> Option<i64> {
        match self.who {
            Who::Staff { office, .. } => Some(office),
            _ => None,
        }
    }

    /// True when both are the same human, also through two accounts.
    pub fn same_human(&self, other_name: &str, other_person_index: Option<&str>) -> bool {
        let same_person = match (&self.who, other_person_index) {
            (Who::Staff { person_index, .. }, Some(other)) => !person_index.is_empty() && person_index == other,
            _ => false,
        };
        same_person || self.name() == other_name
    }
}

/// Who may perform an act, and on whose files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Roles that may.
    pub roles: &'static [Role],
    /// How far they reach.
    pub scope: Scope,
}

impl Permission {
    /// Open to everybody, also without login.
    pub const PUBLIC: Permission = Permission { roles: &[], scope: Scope::Public };
    /// Only jobs of the program.
    pub const SYSTEM: Permission = Permission { roles: &[], scope: Scope::System };

    /// The student or co-borrower of the file.
    pub const fn own(roles: &'static [Role]) -> Permission {
        Permission { roles, scope: Scope::Own }
    }

    /// Staff of the office the file belongs to.
    pub const fn same_office(roles: &'static [Role]) -> Permission {
        Permission { roles, scope: Scope::SameOffice }
    }

    /// Staff of any office.
    pub const fn any(roles: &'static [Role]) -> Permission {
        Permission { roles, scope: Scope::Any }
    }

    /// Staff of any office, or the program itself when it sets an installation up.
    pub const fn any_or_system(roles: &'static [Role]) -> Permission {
        Permission { roles, scope: Scope::AnyOrSystem }
    }

    /// True when the role part allows the actor; the scope part is checked where the file is loaded.
    pub fn allows(&self, actor: &Actor) -> bool {
        match self.scope {
            Scope::Public => true,
            Scope::System => matches!(actor.who, Who::System(_)),
            Scope::AnyOrSystem if matches!(actor.who, Who::System(_)) => true,
            _ => actor.roles().iter().any(|role| self.roles.contains(role)),
        }
    }
}

/// How far a permission reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everybody.
    Public,
    /// The actor's own file.
    Own,
    /// Files of the actor's office.
    SameOffice,
    /// The person's own file, or one of the office of staff.
    OwnOrOffice,
    /// Every file.
    Any,
    /// Every file; the program itself too.
    AnyOrSystem,
    /// Only the program itself.
    System,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h032_the_three_administrators_never_share_an_account() {
        let check = |a: Role, b: Role, apart: bool| {
            assert_eq!(a.conflicts_with(b), apart, "{a:?} with {b:?}");
            assert_eq!(b.conflicts_with(a), apart, "{b:?} with {a:?}");
        };
        check(Role::SystemAdmin, Role::AuditAdmin, true);
        check(Role::SystemAdmin, Role::SecurityAdmin, true);
        check(Role::SecurityAdmin, Role::AuditAdmin, true);
        check(Role::BankMaker, Role::BankChecker, true);
        check(Role::Auditor, Role::CountyClerk, true);
        check(Role::CountyClerk, Role::Volunteer, true);
        check(Role::Counsellor, Role::LoanAssistant, true);
        check(Role::CountyClerk, Role::CountyReviewer, false);
        check(Role::SystemAdmin, Role::SystemAdmin, false);
    }

    #[test]
    fn every_role_is_found_by_its_name() {
        for role in Role::ALL {
            assert_eq!(Role::of(role.code()), Some(role));
        }
        assert_eq!(Role::of("root"), None);
    }

    #[test]
    fn two_accounts_of_one_human_are_one_human() {
        let staff = |staff, index: &str| Actor {
            who: Who::Staff { staff, person_index: index.into(), office: 1, roles: vec![Role::CountyReviewer] },
        };
        assert!(staff(1, "a").same_human("staff:1", None), "the same account");
        assert!(staff(2, "a").same_human("staff:1", Some("a")), "another account of the same human");
        assert!(!staff(2, "b").same_human("staff:1", Some("a")), "another human");
        assert!(!staff(2, "").same_human("staff:1", Some("")), "an unknown human equals nobody");
    }
}
