//! A link that somebody gives to the command line: where it leads, by its text alone. Nothing is asked over a network.

use form_urlencoded::parse;
use protocol::link;

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LinkTo {
    /// The result is inside: the text of a capsule.
    Capsule(String),
    /// To a result that a server keeps, or that lies among the files of a static edition.
    Result(String),
    /// To an experiment, and to a run of it if there is one.
    Experiment {
        /// The path is the workload.
        path: String,
        /// The rest, without its `?`.
        query: String,
        /// The run's id.
        run: Option<String>,
    },
}

/// What stands behind the id in the address of a twin or of a folder's page.
const BEHIND_AN_ID: [&str; 11] =
    [".trace.json", ".lanes", ".interleave", ".json", ".csv", ".md", ".svg", ".png", "/index.html", ".html", "/"];

/// Reads a link: a whole one, or what stands behind the server's name in it. `None` if it is none.
pub(crate) fn read(text: &str) -> Option<LinkTo> {
    let text = text.trim();
    let behind_scheme = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let rest = match behind_scheme {
        // The name of a server alone is a link to its page.
        Some(rest) => rest.find(['/', '?', '#']).map_or("", |at| &rest[at..]),
        None if text.contains(['?', '#']) || text.starts_with("/r/") => text,
        None => return None,
    };
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    if !fragment.is_empty() {
        return Some(LinkTo::Capsule(fragment.to_owned()));
    }
    if let Some(id) = result(path) {
        return Some(LinkTo::Result(id));
    }
    // Of a page in a folder of a host of files.
    let in_query = query.split('&').any(|pair| pair.starts_with("workload="));
    let path = path.strip_suffix("index.html").unwrap_or(path);
    let (path, query) = if in_query { link::in_path("", query) } else { (path.to_owned(), query.to_owned()) };
    let last = path.trim_matches('/').rsplit('/').next().unwrap_or_default();
    let run = parse(query.as_bytes()).find(|(name, _)| name == "run").map(|(_, id)| id.into_owned());
    Some(LinkTo::Experiment { path: format!("/{last}"), query, run })
}

/// The id in `/r/ID`, in whatever folder and with whatever ending.
fn result(path: &str) -> Option<String> {
    let at = if path.starts_with("/r/") { 0 } else { path.rfind("/r/")? };
    let id = &path[at + "/r/".len()..];
    let id = BEHIND_AN_ID.iter().find_map(|ending| id.strip_suffix(ending)).unwrap_or(id);
    (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn experiment(path: &str, query: &str, run: Option<&str>) -> LinkTo {
        LinkTo::Experiment { path: path.into(), query: query.into(), run: run.map(Into::into) }
    }

    #[test]
    fn a_link_is_read_by_its_text_wherever_it_leads() {
        for (text, leads) in [
            ("http://127.0.0.1:8081/c#AQID", LinkTo::Capsule("AQID".into())),
            ("https://docs.example/sub/index.html#AQID", LinkTo::Capsule("AQID".into())),
            ("/#AQID", LinkTo::Capsule("AQID".into())),
            ("http://127.0.0.1:8081/r/Ab1", LinkTo::Result("Ab1".into())),
            ("/r/Ab1.trace.json", LinkTo::Result("Ab1".into())),
            ("https://docs.example/sub/r/Ab1/index.html?quantity=memory_bytes", LinkTo::Result("Ab1".into())),
            ("https://docs.example/sub/embed/r/Ab1/", LinkTo::Result("Ab1".into())),
            ("/tcp-echo?units=1&v=1", experiment("/tcp-echo", "units=1&v=1", None)),
            ("http://[::1]:8081/tcp-echo?units=1&run=x9", experiment("/tcp-echo", "units=1&run=x9", Some("x9"))),
            ("https://docs.example/sub/?workload=tcp-echo&units=1", experiment("/tcp-echo", "units=1", None)),
            ("http://127.0.0.1:8081", experiment("/", "", None)),
        ] {
            assert_eq!(read(text), Some(leads), "{text}");
        }
        for none in ["tcp-echo", "result.json", "/tmp/result.interleave", "-"] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
