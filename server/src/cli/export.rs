//! `interleave export`: chosen results as a site that any host of files serves.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use protocol::parameter::grouped;

use super::found::{Found, KeptAt, Named, find, not_here, of_id};
use crate::context::Context;
use crate::http::{SiteResult, SiteWriter};
use crate::store::{Cursor, Sought};
use crate::{UNUSABLE, print_and_end, say};

/// What `export` takes, as a phrase.
const ACCEPTED: &str = "the id of a result or run that is kept here, a link with a result, a .interleave file, a report in JSON";

/// Results that are read from the store at once.
const PAGE: u32 = 200;

/// What is asked for on the command line.
#[derive(Args, Debug)]
pub(crate) struct ExportArguments {
    /// Where to write the site: a folder that is empty or new, or holds an earlier export.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Which results: ids of what is kept here, links that carry one, files, each with its lanes. All that is kept unless given,
    /// without lanes, which would be too much.
    #[arg(value_name = "ID")]
    what: Vec<String>,
    /// Where the site will be published, https://…: links that are copied in it begin with that, and chats show a card of them.
    /// It works anywhere without.
    #[arg(long, value_name = "URL")]
    address: Option<String>,
    #[command(flatten)]
    kept: KeptAt,
}

pub(crate) fn export(context: &Context, asked: &ExportArguments) -> ExitCode {
    let checked = asked.address.as_deref().map_or(Ok(()), is_address).map_err(|sentence| vec![sentence]);
    let chosen = checked.and_then(|()| if asked.what.is_empty() { all(&asked.kept) } else { chosen(context, asked) });
    let found = match chosen {
        Ok(found) => found,
        Err(sentences) => {
            sentences.iter().for_each(|sentence| say(sentence));
            return ExitCode::from(UNUSABLE);
        }
    };
    let writer = match SiteWriter::new(context, &asked.folder, asked.address.as_deref()) {
        Ok(writer) => writer,
        Err(error) => {
            say(&format!("{error:#}"));
            return ExitCode::from(UNUSABLE);
        }
    };
    let mut results: Vec<SiteResult> = Vec::new();
    for result in found.into_iter().map(|Found { capsule, lanes }| SiteResult::new(capsule, lanes)) {
        if results.iter().all(|other| other.id() != result.id()) {
            results.push(result);
        }
    }
    match written(writer, &results) {
        Ok(text) => print_and_end(&format!("{}: {text}", asked.folder.display()), ExitCode::SUCCESS),
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn written(writer: SiteWriter<'_>, results: &[SiteResult]) -> Result<String> {
    let (files, bytes) = writer.write(results)?;
    let what = match results {
        [] => "the sample alone".to_owned(),
        [one] => format!("the result {}", one.id()),
        several => format!("{} results", several.len()),
    };
    Ok(format!(
        "{what}, in {} files of {} bytes; index.html is the page, r/index.html the list",
        grouped(files as u64),
        grouped(bytes)
    ))
}

fn is_address(address: &str) -> Result<(), String> {
    let host = ["https://", "http://"].iter().find_map(|scheme| address.strip_prefix(scheme)).unwrap_or_default();
    let plain = !host.is_empty() && !host.starts_with('/') && !address.contains(['?', '#', '@', '"', '<', ' ']);
    plain.then_some(()).ok_or_else(|| {
        let accepted = "a scheme, a host and a folder, such as https://docs.example/interleave";
        format!("--address: {address} is none that a site can have; accepted: {accepted}")
    })
}

/// Each that somebody has named.
fn chosen(context: &Context, asked: &ExportArguments) -> Result<Vec<Found>, Vec<String>> {
    let catalog = &context.catalog;
    let mut all = Vec::new();
    let mut problems = Vec::new();
    for what in &asked.what {
        let is_file = std::path::Path::new(what).exists();
        let is_id = !is_file && what.len() <= 64 && what.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let found = match is_id {
            true => of_id(what, &asked.kept, catalog)
                .and_then(|found| found.ok_or_else(|| vec![not_here(&format!("ID: {what}"), &asked.kept)]))
                .map(|found| Named::Results(Box::new(found))),
            false => find(what, &asked.kept, catalog, ACCEPTED),
        };
        match found {
            Ok(Named::Results(found)) => all.push(*found),
            Ok(Named::Experiment(..)) => {
                problems.push(format!("ID: {what} is an experiment, with no result in it; accepted: {ACCEPTED}"));
            }
            Err(sentences) => problems.extend(sentences),
        }
    }
    if problems.is_empty() { Ok(all) } else { Err(problems) }
}

/// All that is kept, the newest first.
fn all(kept: &KeptAt) -> Result<Vec<Found>, Vec<String>> {
    let found = kept.with(async |store| {
        let mut all = Vec::new();
        let mut after: Option<Cursor> = None;
        loop {
            let lines = store.results(&Sought::default(), after, PAGE).await.map_err(|error| error.to_string())?;
            let Some(last) = lines.last() else { return Ok(all) };
            after = Some(last.cursor);
            for line in &lines {
                let Some(stored) = store.result(&line.id).await.map_err(|error| error.to_string())? else { continue };
                match capsule::open(&stored.capsule) {
                    Ok(capsule) => all.push(Found { capsule, lanes: None }),
                    Err(refused) => say(&format!("{} cannot be opened, and is left out: {refused}", line.id)),
                }
            }
        }
    });
    found.map(Option::unwrap_or_default).map_err(|sentence| vec![sentence])
}
