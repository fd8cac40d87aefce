//! Every "no" of the domain: a named reason with the article it rests on. The names are codes of
//! the interface (`snake_case` in JSON) and never change; their order in an enum is the order of precedence.

/// Where a rule stands: a registered document and its article.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Citation {
    /// Id in `policy/register.toml`, such as `sdvcst-2022`.
    pub doc: std::borrow::Cow<'static, str>,
    /// The article as printed in that document, without the words around it: `22`, `二(一)`.
    pub article: std::borrow::Cow<'static, str>,
}

impl Citation {
    /// A citation known at compile time.
    pub const fn of(doc: &'static str, article: &'static str) -> Citation {
        Citation { doc: std::borrow::Cow::Borrowed(doc), article: std::borrow::Cow::Borrowed(article) }
    }
}
