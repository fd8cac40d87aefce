//! 我的资料与授权: what a student or co-borrower may ask about the own data (PIPL 44 to 47). [`looks`]: who opened my
//! file. [`copy`]: everything known about me, once, by a link of one day. [`consent`]: what I agreed to, and taking it
//! back. [`erase`]: deletion, and the reasons that stand against it. [`ask`]: a correction, a complaint, an appeal or a
//! request for information, each with its day of answer. On the other side of the desk, [`reveal`] shows a whole ID
//! number, counts it and stops whoever shows too many. [`prove`] is how somebody proves himself again.

pub mod ask;
pub mod consent;
pub mod copy;
pub mod erase;
pub mod looks;
pub mod prove;
pub mod reveal;

#[cfg(test)]
mod tests;
