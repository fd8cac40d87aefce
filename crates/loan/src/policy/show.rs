//! The rules as plain data for people and machines: every document, and everything that holds at a place on a day.

use super::book::{Answer, Book, NotCovered, Question};
use super::parameter::Parameter;
use super::register::Document;

/// Everything that holds for a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown<'b> {
    /// One answer per covered parameter, in the order of [`Parameter::ALL`].
    pub answers: Vec<Answer<'b>>,
    /// Parameters that no rule covers there and then.
    pub silent: Vec<Parameter>,
}

/// Every registered document, in the order of the register.
pub fn list(book: &Book) -> &[Document] {
    book.documents()
}

/// Everything that holds at a place on a day, with values, citations and days.
///
/// # Errors
/// [`NotCovered`] when the scheme has no rule at all on that day.
pub fn show<'b>(book: &'b Book, question: &Question<'_>) -> Result<Shown<'b>, NotCovered> {
    let (mut answers, mut silent) = (Vec::new(), Vec::new());
    for &parameter in Parameter::ALL {
        match book.ask(question, parameter) {
            Ok(answer) => answers.push(answer),
            Err(_) => silent.push(parameter),
        }
    }
    if answers.iter().any(|answer| answer.parameter == Parameter::OpenIn) {
        Ok(Shown { answers, silent })
    } else {
        Err(NotCovered { scheme: question.scheme, parameter: Parameter::OpenIn, on: question.on })
    }
}
