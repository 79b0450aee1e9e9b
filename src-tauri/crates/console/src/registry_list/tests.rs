//! Lists as data.
