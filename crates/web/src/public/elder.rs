//! 长辈版: the same pages with larger letters and targets, kept in a cookie.

use crate::serve::set_cookie;
use crate::session::{cookie, names, removal};
use crate::visit::{Answer, Visit, see};

/// Switches and goes back to where the reader was. Only addresses of this site are followed.
pub async fn switch(visit: Visit) -> Answer {
    let back = visit.query.text("back");
    let ours = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    let mut response = see(if ours { back } else { "/" })?;
    let (name, tls) = (names(visit.site.tls()).elder, visit.site.tls());
    let switched = if visit.query.text("on") == "1" { cookie(name, "1".to_owned(), tls) } else { removal(name, tls) };
    set_cookie(&mut response, switched);
    Ok(response)
}
