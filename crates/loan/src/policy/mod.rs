//! The dated rules: which value holds on a day, from which article.
