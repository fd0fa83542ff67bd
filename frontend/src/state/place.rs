//! Where in the page one is: the path of the address says it.

/// What the address bar holds, in its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// From its first `/` on.
    pub path: String,
    /// Without its `?`.
    pub query: String,
    /// Without its `#`.
    pub fragment: String,
}

impl Address {
    /// One without a fragment.
    #[must_use]
    pub fn of(path: impl Into<String>, query: impl Into<String>) -> Self {
        Self { path: path.into(), query: query.into(), fragment: String::new() }
    }

    /// As it is written.
    #[must_use]
    pub fn written(&self) -> String {
        let mut written = self.path.clone();
        for (mark, part) in [('?', &self.query), ('#', &self.fragment)] {
            if !part.is_empty() {
                written.push(mark);
                written.push_str(part);
            }
        }
        written
    }

    /// Where in the page it leads.
    #[must_use]
    pub fn place(&self) -> Place {
        match self.path.trim_matches('/') {
            "history" => Place::History,
            _ => Place::Run,
        }
    }
}

/// A part of the page that has the whole of it to itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// The form, and what came out of it.
    #[default]
    Run,
    /// The results that this browser keeps.
    History,
}

impl Place {
    /// All, in the order in which the header has them.
    pub const ALL: [Self; 2] = [Self::Run, Self::History];

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Run => "Run",
            Self::History => "History",
        }
    }

    /// Its path; the form has that of what is in it.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Run => "/",
            Self::History => "/history",
        }
    }
}
