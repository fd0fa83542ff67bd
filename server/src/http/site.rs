//! What this server is called from outside: where its links begin, and who can open them.

use std::net::SocketAddr;

use actix_web::http::Uri;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use protocol::{Links, Reach};

use super::{Api, answer, guard};

/// Where this server's links begin, and how long what they lead to is kept.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// What stands before a path, without a slash at its end.
    pub(super) base: String,
    /// The name of the host that others reach it by, if there is one.
    pub(super) host: Option<String>,
    /// How long a result is kept, milliseconds; for ever if `None`.
    pub(super) keeps_ms: Option<u64>,
}

impl Site {
    /// Of a server that listens here, and is reached under this address if there is one.
    ///
    /// # Errors
    /// As a sentence to the person who gave the address.
    pub(crate) fn new(listens: SocketAddr, public_url: Option<&str>, expire_days: Option<u64>) -> Result<Self, String> {
        let keeps_ms = expire_days.map(|days| days.saturating_mul(24 * 60 * 60 * 1000));
        let Some(url) = public_url else { return Ok(Self { base: format!("http://{listens}"), host: None, keeps_ms }) };
        let refused =
            |why: &str| format!("public-url: {url} {why}; accepted: a scheme and a host, such as https://interleave.example");
        let uri: Uri = url.parse().map_err(|_| refused("is no address"))?;
        let (Some(scheme @ ("http" | "https")), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(refused("is no address of a web server"));
        };
        if authority.as_str().contains('@') {
            return Err(refused("names a user"));
        }
        // The page finds its files from the top.
        if uri.path() != "/" || uri.query().is_some() {
            return Err(refused("has a path"));
        }
        let host = Some(authority.host().to_ascii_lowercase());
        Ok(Self { base: format!("{scheme}://{authority}"), host, keeps_ms })
    }

    /// Whether others than this machine can reach it.
    pub(super) fn is_public(&self) -> bool {
        self.host.as_deref().is_some_and(|host| !guard::is_loopback(host))
    }

    /// A link to a path of this server.
    pub(super) fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

/// Where links begin, and who can open them.
pub(super) async fn links(api: Data<Api>, request: HttpRequest) -> HttpResponse {
    let reach = if api.site.is_public() { Reach::Public } else { Reach::Loopback };
    answer::ok(&request, &Links { base: api.site.base.clone(), reach })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_a_scheme_and_a_host() {
        let listens = "127.0.0.1:8081".parse().unwrap();
        let of = |url: Option<&str>| Site::new(listens, url, None);
        for (url, base, public) in [
            (None, "http://127.0.0.1:8081", false),
            (Some("https://interleave.example"), "https://interleave.example", true),
            (Some("https://interleave.example/"), "https://interleave.example", true),
            (Some("http://interleave.example:8000"), "http://interleave.example:8000", true),
            (Some("http://localhost:8000"), "http://localhost:8000", false),
        ] {
            let site = of(url).unwrap();
            assert_eq!((site.base.as_str(), site.is_public()), (base, public), "{url:?}");
        }
        for url in [
            "interleave.example",
            "ftp://a.example",
            "https://a.example/below",
            "https://me@a.example",
            "https://a.example/?b",
            "",
        ] {
            let sentence = of(Some(url)).unwrap_err();
            assert!(sentence.starts_with("public-url: ") && sentence.contains("accepted: "), "{sentence}");
        }
    }

    #[test]
    fn days_are_milliseconds_and_never_too_many() {
        let listens = "127.0.0.1:8081".parse().unwrap();
        let keeps = |days| Site::new(listens, None, Some(days)).unwrap().keeps_ms;
        assert_eq!((keeps(1), keeps(u64::MAX)), (Some(86_400_000), Some(u64::MAX)));
    }
}
