//! Every act with its permission, in the order of the story: the table that tests walk and documents print.

use crate::accounts::{factor, invitation, phone, register, slip, staff, staff_slip};
use crate::act::{Listed, listed};
use crate::establish as e;
use crate::hall as h;
use crate::origination as o;
use crate::servicing as s;
use crate::training as t;

/// All acts.
pub fn acts() -> Vec<Listed> {
    vec![
        listed::<e::BecomeDemonstration>(),
        listed::<e::LoadReference>(),
        listed::<e::EstablishOffice>(),
        listed::<e::OpenBook>(),
        listed::<e::ServeBook>(),
        listed::<e::OpenSlots>(),
        listed::<crate::installation::SetUp>(),
        listed::<register::Register>(),
        listed::<staff::OpenStaffAccount>(),
        listed::<staff::SetRole>(),
        listed::<staff_slip::IssueStaffSlip>(),
        listed::<staff_slip::CloseStaff>(),
        listed::<factor::TakeFactorAway>(),
        listed::<slip::IssueSlip>(),
        listed::<slip::SendHotlineCode>(),
        listed::<phone::ChangePhone>(),
        listed::<invitation::InviteCoBorrower>(),
        listed::<crate::roster::upload::UploadRoster>(),
        listed::<crate::roster::run::ConfirmRoster>(),
        listed::<crate::roster::lists::TakeOutList>(),
        listed::<o::enter_pre_application::EnterPreApplication>(),
        listed::<o::record_quiz::RecordQuiz>(),
        listed::<t::plan::PlanTraining>(),
        listed::<t::plan::PlanSeason>(),
        listed::<t::enrol::EnrolAttendee>(),
        listed::<t::attend::MarkAttendance>(),
        listed::<t::attend::DeliverMaterial>(),
        listed::<t::close::CloseTraining>(),
        listed::<t::quiz::OpenQuiz>(),
        listed::<t::quiz::AnswerQuiz>(),
        listed::<o::open_draft::OpenDraft>(),
        listed::<o::save_answers::SaveAnswers>(),
        listed::<o::submit::Submit>(),
        listed::<o::withdraw::Withdraw>(),
        listed::<o::book_visit::BookVisit>(),
        listed::<h::wait::JoinWaitList>(),
        listed::<h::book_time::BookTime>(),
        listed::<h::cancel_booking::CancelBooking>(),
        listed::<h::set_times::SetTimes>(),
        listed::<h::set_day::SetDay>(),
        listed::<h::windows::SetWindow>(),
        listed::<h::windows::FollowLoad>(),
        listed::<h::announce::Announce>(),
        listed::<h::check_in::CheckIn>(),
        listed::<h::walk_in::WalkIn>(),
        listed::<h::call::CallNext>(),
        listed::<h::at_window::HandleVisit>(),
        listed::<h::at_window::PauseWindow>(),
        listed::<h::duty::PlanShift>(),
        listed::<h::duty::ServeShift>(),
        listed::<h::duty::RecruitVolunteer>(),
        listed::<h::duty::LogCall>(),
        listed::<h::home::PlanHomeVisit>(),
        listed::<h::home::RecordHomeVisit>(),
        listed::<h::goods::StockHall>(),
        listed::<h::goods::CountGoods>(),
        listed::<h::question::AskQuestion>(),
        listed::<h::question::AnswerQuestion>(),
        listed::<o::match_face::MatchFace>(),
        listed::<o::confirm_statement::ConfirmStatement>(),
        listed::<o::return_statement::ReturnStatement>(),
        listed::<o::arrive::Arrive>(),
        listed::<o::tick_material::TickMaterial>(),
        listed::<o::override_rule::OverrideRule>(),
        listed::<o::certify::Certify>(),
        listed::<o::return_application::ReturnApplication>(),
        listed::<o::mark_untrue::MarkUntrue>(),
        listed::<o::accept::Accept>(),
        listed::<o::undo_step::UndoStep>(),
        listed::<crate::scans::attach::AttachScan>(),
        listed::<crate::scans::attach::DetachScan>(),
        listed::<o::generate_contract::GenerateContract>(),
        listed::<o::confirm_read::ConfirmRead>(),
        listed::<o::sign::Sign>(),
        listed::<o::e_sign::ESign>(),
        listed::<o::pass_signing::PassSigning>(),
        listed::<crate::papers::centre::PrintCopy>(),
        listed::<o::review_e_contract::ReviewEContract>(),
        listed::<o::void_contract::VoidContract>(),
        listed::<o::issue_certificate::IssueCertificate>(),
        listed::<o::enter_receipt::EnterReceipt>(),
        listed::<o::remind::RemindOfReceipt>(),
        listed::<o::pass_deadline::PassDeadline>(),
        listed::<s::review::Review>(),
        listed::<s::decide::Approve>(),
        listed::<s::decide::Refuse>(),
        listed::<s::batch::BuildBatch>(),
        listed::<s::batch::RemoveRow>(),
        listed::<s::batch::CheckBatch>(),
        listed::<s::pay_out::RecordPayOut>(),
        listed::<s::school_money::PostSerial>(),
        listed::<s::school_money::HandOut>(),
        listed::<s::prepay::FilePrepayment>(),
        listed::<s::prepay::CancelPrepayment>(),
        listed::<s::quick_pass::OrderQuickPass>(),
        listed::<s::care::DeferPrincipal>(),
        listed::<s::care::ConvertPricing>(),
        listed::<s::study::ChangeStudy>(),
        listed::<s::relief::AskRelief>(),
        listed::<s::relief::DecideRelief>(),
        listed::<crate::rights::consent::WithdrawConsent>(),
        listed::<crate::rights::consent::GiveConsent>(),
        listed::<crate::rights::erase::EraseMe>(),
        listed::<crate::rights::ask::Ask>(),
        listed::<crate::rights::ask::Answer>(),
        listed::<crate::rights::reveal::RevealId>(),
        listed::<crate::notices::publish::Publish>(),
        listed::<crate::notices::publish::WithdrawNotice>(),
        listed::<crate::notices::confirm::ConfirmNotice>(),
        listed::<crate::papers::Print>(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_its_own_name_and_every_refusal_its_own_code() {
        let acts = acts();
        for (at, act) in acts.iter().enumerate() {
            assert!(acts[at + 1..].iter().all(|other| other.name != act.name), "{} is listed twice", act.name);
            for (index, (code, _)) in act.refusals.iter().enumerate() {
                assert!(act.refusals[index + 1..].iter().all(|(other, _)| other != code), "{}: {code} twice", act.name);
            }
        }
    }

    #[test]
    fn every_refusal_cites_a_registered_article() {
        let book = loan::policy::Book::standard();
        for act in acts() {
            for (code, cited) in act.refusals {
                for (doc, article) in *cited {
                    let document = book.document(doc).unwrap_or_else(|| panic!("{code} cites unknown {doc}"));
                    assert!(
                        document.articles.iter().any(|known| known == article),
                        "{}: {code} cites {doc} {article}, which is not registered",
                        act.name
                    );
                }
            }
        }
    }
}
