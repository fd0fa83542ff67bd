//! `cargo xtask serve`: the server and the page, from any state of the clone, until Ctrl-C.
//!
//! The server is built with the release profile, since a debug build measures nothing anyone should read. The page is
//! `trunk serve`'s: it is built anew at every edit, with the profile that index.html names for that.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::arguments::Arguments;
use crate::place::interleave;
use crate::process::{BEAT, Owned, asked_to_stop, go_on};
use crate::step::{Pulse, elapsed, in_words};
use crate::{http, place, say, server, tell, tools};

pub(crate) const TAKES: &str = "[--page-port 8080] [--data DIR]";

/// Trunk.toml has it too: the page's requests are passed on to it. A proxy given on trunk's command line comes beside that one,
/// not in its place.
const SERVER_PORT: u16 = 8081;

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let page = local(arguments.number("--page-port", 8080)?);
    let api = local(SERVER_PORT);
    let data = arguments.values("--data")?.pop();
    arguments.end()?;
    free(page, "page's", ", or give another: --page-port N")?;
    free(api, "server's", "")?;

    let since = Instant::now();
    // Beside the tools and the page: a build that waits for one large crate leaves a core to the other.
    let mut building = server::build_beside()?;
    let tools = tools::ready()?;

    let mut command = tools.trunk();
    command.args(["serve", "--disable-address-lookup=true", "--address", "127.0.0.1", "--port"]).arg(page.port().to_string());
    let page_since = Instant::now();
    let mut alive = vec![Owned::start("the page (trunk)", &mut command)?];

    let mut pulse = Pulse::new("building the page and the server", Instant::now());
    let (mut page_took, mut server_took) = (None, None);
    loop {
        nobody_ended(&mut alive)?;
        go_on()?;
        if server_took.is_none() {
            server_took = building.ended()?;
            if server_took.is_some() {
                alive.push(start(api, data.as_deref())?);
            }
        }
        if page_took.is_none() && answers(page, "/") {
            page_took = Some(page_since.elapsed());
        }
        if let (Some(page_took), Some(server_took)) = (page_took, server_took)
            && answers(api, "/api/health")
        {
            if let Some(parts) = parts(&tools.took, server_took, page_took) {
                tell(&parts);
            }
            break;
        }
        pulse.beat(|| None);
        std::thread::sleep(5 * BEAT);
    }
    say(&format!("\nInterleave is up after {}: open http://{page}\nCtrl-C stops it.\n", elapsed(since)));

    while !asked_to_stop() {
        nobody_ended(&mut alive)?;
        std::thread::sleep(5 * BEAT);
    }
    tell("stopping the server and the page");
    Ok(())
}

fn start(api: SocketAddr, data: Option<&str>) -> Result<Owned> {
    let mut command = Command::new(interleave());
    command.current_dir(place::root()).args(["serve", "--listen"]).arg(api.to_string());
    if let Some(data) = data {
        command.arg("--data").arg(data);
    }
    // Its first line is its address, which would be taken for the page's: that one is said when it answers.
    Owned::start("the server", command.stdout(std::process::Stdio::null()))
}

/// What took how long, if tools had to be built: at a first start, which is the only long one.
fn parts(tools: &[(&str, Duration)], server: Duration, page: Duration) -> Option<String> {
    let named: Vec<String> = tools.iter().map(|(name, took)| format!("{name} {}", in_words(*took))).collect();
    (!named.is_empty()).then(|| {
        format!(
            "built one after the other: {}, the page {}; beside them the server {}",
            named.join(", "),
            in_words(page),
            in_words(server)
        )
    })
}

fn local(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// An error if somebody listens there already.
fn free(address: SocketAddr, whose: &str, otherwise: &str) -> Result<()> {
    match TcpListener::bind(address) {
        Ok(_) => Ok(()),
        Err(problem) if problem.kind() == ErrorKind::AddrInUse => {
            let port = address.port();
            bail!("port {port}, the {whose}, is in use: stop what listens there (`ss -ltnp sport = :{port}` names it){otherwise}")
        }
        Err(problem) => Err(problem).with_context(|| format!("port {}, the {whose}, cannot be had", address.port())),
    }
}

fn answers(address: SocketAddr, path: &str) -> bool {
    http::ask(address, "GET", path, None).is_ok_and(|answer| answer.status == 200)
}

/// One without the other is of no use.
fn nobody_ended(both: &mut [Owned]) -> Result<()> {
    for process in both {
        if let Some(status) = process.ended()? {
            bail!("{} ended by itself ({status}): stopping the rest", process.name());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_start_says_what_took_how_long_and_later_ones_say_nothing() {
        let seconds = Duration::from_secs;
        assert_eq!(parts(&[], seconds(90), seconds(20)), None);
        assert_eq!(
            parts(&[("trunk", seconds(200)), ("wasm-bindgen", seconds(40))], seconds(90), seconds(20)).unwrap(),
            "built one after the other: trunk 3 min 20 s, wasm-bindgen 40 s, the page 20 s; beside them the server 1 min 30 s"
        );
    }
}
