//! The two editions of the page: one that a server serves, and one that is files on any host (`interleave export`); and how the
//! state's addresses are written in each.
//!
//! The state knows one kind of address, `/tcp-echo?units=1`, whichever folder the page lies in. A host of files has no file of
//! that name: in the static edition the workload stands in the query, `?workload=tcp-echo&units=1`, of the page itself.

use protocol::{compact, link};

/// Which edition this is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edition {
    /// A server answers, and runs what is asked for.
    #[default]
    Served,
    /// Files alone: recorded results.
    Static,
}

/// What is a folder with a page in it in the static edition too.
const FOLDERS: [&str; 4] = ["r", "c", "embed", "history"];

impl Edition {
    /// What to write behind the page's base for an address of the state.
    #[must_use]
    pub fn address(self, address: &str) -> String {
        let path = address.trim_start_matches('/');
        let first = path.split(['/', '?', '#']).next().unwrap_or_default();
        match self {
            Self::Static if !first.is_empty() && !FOLDERS.contains(&first) => format!("./{}", link::in_query(address)),
            // A folder by its name alone would be another address: the host answers with one that ends in a slash.
            Self::Static if FOLDERS.contains(&first) => {
                let end = path.find(['?', '#']).unwrap_or(path.len());
                let (folder, rest) = path.split_at(end);
                format!("./{}/{rest}", folder.trim_end_matches('/'))
            }
            Self::Served | Self::Static => format!("./{path}"),
        }
    }

    /// What answers a path of the API.
    #[must_use]
    pub fn file(self, path: &str) -> String {
        let path = path.trim_start_matches('/');
        match (self, path.strip_prefix("api/")) {
            (Self::Static, Some(rest)) => format!("{}{rest}.bin", files()),
            _ => path.to_owned(),
        }
    }
}

/// Where the files lie that stand in for the API in the static edition: a page that was compiled from other types looks
/// elsewhere, finds nothing, and says so.
fn files() -> String {
    format!("data/{}/", compact::TYPES)
}

/// The path of the state's for one of the address bar, in a page whose base has this path: `/sub/r/ID/index.html` below `/sub/`
/// is `/r/ID`.
#[must_use]
pub fn path_below(base: &str, path: &str) -> String {
    let folder = base.rfind('/').map_or("/", |at| &base[..=at]);
    let rest = path.strip_prefix(folder).unwrap_or_else(|| path.trim_start_matches('/'));
    format!("/{}", rest.strip_suffix("index.html").unwrap_or(rest).trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_from_the_base_on_and_an_index_file_is_its_folder() {
        for (base, path, read) in [
            ("/", "/", "/"),
            ("/", "/tcp-echo", "/tcp-echo"),
            ("/sub/", "/sub/", "/"),
            ("/sub/", "/sub/index.html", "/"),
            ("/sub/", "/sub/r/Ab1/index.html", "/r/Ab1"),
            ("/sub/", "/sub/r/Ab1/", "/r/Ab1"),
            ("/", "/r/Ab1", "/r/Ab1"),
            ("/sub/", "/elsewhere", "/elsewhere"),
        ] {
            assert_eq!(path_below(base, path), read, "{base} {path}");
        }
    }

    #[test]
    fn a_host_of_files_is_asked_for_files_it_has() {
        for (address, served, of_files) in [
            ("/", "./", "./"),
            ("/?run=1", "./?run=1", "./?run=1"),
            ("/tcp-echo?units=1&v=1", "./tcp-echo?units=1&v=1", "./?workload=tcp-echo&units=1&v=1"),
            ("/r/Ab1", "./r/Ab1", "./r/Ab1/"),
            ("/r/Ab1?quantity=x", "./r/Ab1?quantity=x", "./r/Ab1/?quantity=x"),
            ("/c#text", "./c#text", "./c/#text"),
            ("/history", "./history", "./history/"),
        ] {
            assert_eq!((Edition::Served.address(address), Edition::Static.address(address)), (served.into(), of_files.into()));
        }
        assert_eq!(Edition::Served.file("/api/catalog"), "api/catalog");
        assert_eq!(Edition::Static.file("/api/catalog"), format!("data/{}/catalog.bin", compact::TYPES));
        assert_eq!(Edition::Static.file("/r/Ab1.interleave"), "r/Ab1.interleave");
    }
}
