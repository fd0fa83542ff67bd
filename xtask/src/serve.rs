//! `cargo xtask serve`: the server and the page, from whatever state the clone is in, until Ctrl-C.
//!
//! The server is built with the release profile, since a debug build measures nothing anyone should read. The page is `trunk serve`'s: it is
//! built anew at every edit, with the profile that index.html names for that.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::arguments::Arguments;
use crate::place::interleave;
use crate::process::{BEAT, Owned, asked_to_stop, go_on};
use crate::step::{Pulse, elapsed};
use crate::{http, place, say, server, tell, tools};

pub(crate) const TAKES: &str = "[--page-port 8080] [--data DIR]";

/// Trunk.toml has it too: the page's requests are passed on to it. A proxy given on trunk's command line comes beside that one, not in its place.
const SERVER_PORT: u16 = 8081;

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let page = local(arguments.number("--page-port", 8080)?);
    let api = local(SERVER_PORT);
    let data = arguments.values("--data")?.pop();
    arguments.end()?;
    free(page, "page's", ", or give another: --page-port N")?;
    free(api, "server's", "")?;

    let since = Instant::now();
    let tools = tools::ready()?;
    server::build()?;

    let mut command = Command::new(interleave());
    command.current_dir(place::root()).args(["serve", "--listen"]).arg(api.to_string());
    if let Some(data) = data {
        command.arg("--data").arg(data);
    }
    // Its first line is its address, which would be taken for the page's: that one is said when it answers.
    let server = Owned::start("the server", command.stdout(std::process::Stdio::null()))?;
    let mut command = tools.trunk();
    command.args(["serve", "--disable-address-lookup=true", "--address", "127.0.0.1", "--port"]).arg(page.port().to_string());
    let trunk = Owned::start("the page (trunk)", &mut command)?;

    let mut both = [server, trunk];
    let mut pulse = Pulse::new("building the page", Instant::now());
    while !(answers(api, "/api/health") && answers(page, "/")) {
        nobody_ended(&mut both)?;
        go_on()?;
        pulse.beat(|| None);
        std::thread::sleep(5 * BEAT);
    }
    say(&format!("\nInterleave is up after {}: open http://{page}\nCtrl-C stops it.\n", elapsed(since)));

    while !asked_to_stop() {
        nobody_ended(&mut both)?;
        std::thread::sleep(5 * BEAT);
    }
    tell("stopping the server and the page");
    Ok(())
}

fn local(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// An error where somebody listens there already.
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
fn nobody_ended(both: &mut [Owned; 2]) -> Result<()> {
    for process in both {
        if let Some(status) = process.ended()? {
            bail!("{} ended by itself ({status}): stopping the rest", process.name());
        }
    }
    Ok(())
}
