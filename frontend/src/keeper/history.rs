//! What the keeper does: opens and packs capsules, and keeps a history. It knows no browser: where the history lies is a
//! [`Shelf`], and the rest that it needs of a browser is a [`KeeperHost`].
//!
//! Every request is answered before the next one is taken, so that two of them never change the same entry at once. Another tab
//! has a keeper of its own over the same database: so nothing of it is remembered here from one request to the next.

use std::pin::Pin;

use capsule::{Capsule, Carried, Detail, with_lanes};
use charts::HistoryRow;
use charts::history::history;
use protocol::{Run, View, compact};

use super::kept::{KeptFrom, KeptResult, KeptWords, StoredCopy};
use super::shelf::Shelf;
use super::{Carrier, HistoryList, HistorySearch, KeeperReply, KeeperRequest, OpenedCapsule, PackedText, file, opening};

/// How many results that are not pinned the history holds; the oldest give way.
pub const MOST_KEPT: usize = 500;

/// Of a capsule with more results than these the others are re-runs that a link has gathered: they are shown, and not kept.
const KEPT_OF_A_CAPSULE: usize = 2;

/// Bytes, once they are here; `None` if they cannot be had.
pub type BytesToCome = Pin<Box<dyn Future<Output = Option<Vec<u8>>>>>;

/// What the browser does for the keeper.
#[derive(Clone, Copy, Debug)]
pub struct KeeperHost {
    /// Milliseconds since 1970.
    pub now: fn() -> u64,
    /// A point in time in words, as it is written where the browser is: "24 Nov 2026, 08:37".
    pub date: fn(u64) -> String,
    /// Keeps these bytes for as long as the page is there: the address at which the page, and its workers, have them.
    pub address_of: fn(&[u8]) -> Option<String>,
    /// The bytes of an address; `None` if they cannot be had.
    pub bytes_of: fn(String) -> BytesToCome,
}

/// The keeper.
#[derive(Debug)]
pub struct Keeper {
    shelf: Shelf,
    host: KeeperHost,
    /// What a person should know of where the history lies; else empty.
    note: String,
    /// What is looked for, once somebody looks.
    search: Option<HistorySearch>,
    /// What was taken out last.
    deleted: Option<(KeptResult, Vec<u8>)>,
    /// Of runs whose lanes came here: where they are.
    lanes: Vec<(String, String)>,
}

type Replies = Result<Vec<KeeperReply>, String>;

impl Keeper {
    /// One over this shelf; `note` is what a person should know of it.
    #[must_use]
    pub fn new(shelf: Shelf, host: KeeperHost, note: String) -> Self {
        Self { shelf, host, note, search: None, deleted: None, lanes: Vec::new() }
    }

    /// Takes a request, and gives the answers to it; all of them in the compact form. Nothing of what is no request.
    pub async fn take(&mut self, request: &[u8]) -> Vec<Vec<u8>> {
        let Ok(request) = compact::read(request) else { return Vec::new() };
        self.answer(request).await.iter().filter_map(|reply| compact::write(reply).ok()).collect()
    }

    /// Does what is asked.
    pub async fn answer(&mut self, request: KeeperRequest) -> Vec<KeeperReply> {
        let changes = !matches!(
            request,
            KeeperRequest::List(_)
                | KeeperRequest::Load(..)
                | KeeperRequest::Pack { .. }
                | KeeperRequest::TokenOf(..)
                | KeeperRequest::ExportAll
        );
        let mut replies = self.done(request).await.unwrap_or_else(|why| vec![KeeperReply::Failed(why)]);
        if changes && self.search.is_some() {
            replies.push(self.list().await.unwrap_or_else(KeeperReply::Failed));
        }
        replies
    }

    async fn done(&mut self, request: KeeperRequest) -> Replies {
        match request {
            KeeperRequest::Open(ticket, carrier) => self.open(ticket, carrier).await,
            KeeperRequest::Keep { log, name } => {
                let run = opening::run_of(&log).ok_or("The result that was to be kept has no whole log.")?;
                let carried = Carried { name, ..Carried::from(run) };
                self.keep(&carried, KeptFrom::Run, None, None).await?;
                self.make_room().await
            }
            KeeperRequest::List(search) => {
                self.search = Some(search);
                Ok(vec![self.list().await?])
            }
            KeeperRequest::Load(ticket, run) => Ok(vec![KeeperReply::Opened(ticket, self.load(&run).await)]),
            KeeperRequest::Name(run, name) => self.change(&run, |kept| kept.name = name).await,
            KeeperRequest::Pin(run, pinned) => {
                self.change(&run, |kept| kept.pinned = pinned).await?;
                self.make_room().await
            }
            KeeperRequest::Delete(run) => {
                let capsule = self.shelf.capsule(&run).await?.unwrap_or_default();
                self.deleted = self.entry(&run).await?.map(|kept| (kept, capsule));
                self.shelf.remove(&[run]).await?;
                Ok(Vec::new())
            }
            KeeperRequest::Undelete => {
                let Some((kept, capsule)) = self.deleted.take() else { return Ok(Vec::new()) };
                self.put(&kept, Some(&capsule)).await?;
                Ok(Vec::new())
            }
            KeeperRequest::RememberToken { run, id, token } => {
                self.change(&run, |kept| {
                    kept.stored.retain(|copy| copy.id != id);
                    kept.stored.push(StoredCopy { id, token });
                })
                .await
            }
            KeeperRequest::TokenOf(run, id) => {
                let copies = self.entry(&run).await?.map(|kept| kept.stored).unwrap_or_default();
                let copy = copies.into_iter().find(|copy| copy.id == id);
                let StoredCopy { id, token } = copy.ok_or("The token for it is not in this browser.")?;
                Ok(vec![KeeperReply::Token { run, id, token }])
            }
            KeeperRequest::ForgetToken(run, id) => self.change(&run, |kept| kept.stored.retain(|copy| copy.id != id)).await,
            KeeperRequest::ExportAll => self.export().await,
            KeeperRequest::Import(bytes) => {
                let words = self.import(&bytes).await?;
                let mut replies = vec![KeeperReply::Imported(0, words)];
                replies.extend(self.make_room().await?);
                Ok(replies)
            }
            KeeperRequest::Pack { ticket, logs, view, most_chars, lanes, most_bytes } => {
                let runs: Option<Vec<Run>> = logs.iter().map(|log| opening::run_of(log)).collect();
                let runs = runs.filter(|runs| !runs.is_empty()).ok_or("What was to be packed has no whole log.")?;
                let capsule = Capsule { results: runs.into_iter().map(Carried::from).collect(), view };
                let detail = most_chars.map_or(Detail::Whole, |most_chars| Detail::Shown { most_chars });
                let packed = capsule::pack(&capsule, detail);
                let left_out = opening::words_of(&packed.left_out);
                let text = capsule::text_of(&packed.bytes);
                let is_with_lanes = !lanes.is_empty();
                let lanes = if is_with_lanes { (self.host.bytes_of)(lanes).await } else { None };
                let lanes = lanes.filter(|lanes| packed.bytes.len() + lanes.len() < most_bytes);
                let (bytes, without_lanes) = (with_lanes(&packed.bytes, lanes.as_deref()), is_with_lanes && lanes.is_none());
                Ok(vec![KeeperReply::Packed(ticket, PackedText { text, bytes, without_lanes, left_out })])
            }
        }
    }

    /// Opens whatever it is; what is opened is in the history from then on.
    async fn open(&mut self, ticket: u32, carrier: Carrier) -> Replies {
        let (bytes, from, stored) = match carrier {
            Carrier::Text(text) => (text.into_bytes(), KeptFrom::Link, None),
            Carrier::Bytes(bytes) => (bytes, KeptFrom::File, None),
            Carrier::Stored(id, bytes) => (bytes, KeptFrom::Stored, Some(id)),
        };
        if file::is_one(&bytes) {
            return Ok(match self.import(&bytes).await {
                Ok(words) => {
                    let mut replies = vec![KeeperReply::Imported(ticket, words)];
                    replies.extend(self.make_room().await?);
                    replies
                }
                Err(why) => vec![KeeperReply::Opened(ticket, Err(why))],
            });
        }
        let capsule = match opening::read(&bytes, stored.as_deref()) {
            Ok(capsule) => capsule,
            Err(why) => return Ok(vec![KeeperReply::Opened(ticket, Err(why))]),
        };
        let lanes = opening::lanes_of(&bytes);
        let mut replies = vec![KeeperReply::Opened(ticket, Ok(self.opened(&capsule, lanes)))];
        for (place, carried) in capsule.results.iter().take(KEPT_OF_A_CAPSULE).enumerate() {
            if let Err(why) = self.keep(carried, from, None, lanes.filter(|_| place == 0)).await {
                replies.push(KeeperReply::Failed(format!("It is opened, and not kept in the history. {why}")));
                return Ok(replies);
            }
        }
        replies.extend(self.make_room().await?);
        Ok(replies)
    }

    /// The results of a capsule; the first one's lanes, if they are here, are had from an address from now on.
    fn opened(&mut self, capsule: &Capsule, lanes: Option<&[u8]>) -> OpenedCapsule {
        let mut opened = opening::opened(capsule);
        if let (Some(carried), Some(first)) = (capsule.results.first(), opened.results.first_mut()) {
            let run = carried.run.id();
            if !self.lanes.iter().any(|(of, _)| of == run) {
                self.lanes.extend(lanes.and_then(self.host.address_of).map(|address| (run.to_owned(), address)));
            }
            let there = self.lanes.iter().find(|(of, _)| of == run);
            first.lanes = there.map(|(_, address)| address.clone()).unwrap_or_default();
        }
        opened
    }

    async fn load(&mut self, run: &str) -> Result<OpenedCapsule, String> {
        let Some(bytes) = self.shelf.capsule(run).await? else { return self.of_the_server(run).await };
        let mut capsule = opening::read(&bytes, None)?;
        let kept = self.entry(run).await?.unwrap_or_default();
        if let Some(first) = capsule.results.first_mut() {
            first.name = kept.name;
        }
        Ok(self.opened(&capsule, opening::lanes_of(&bytes)))
    }

    /// What the server has of a run, once that is over: a link may name one that was never seen here.
    async fn of_the_server(&self, run: &str) -> Result<OpenedCapsule, String> {
        let log = (self.host.bytes_of)(format!("api/runs/{run}/events?after=0")).await;
        let found = log.and_then(|log| opening::run_of(&log)).filter(|found| found.id() == run);
        let found = found.ok_or_else(|| format!("The run {run} is neither in this browser's history nor on this server."))?;
        Ok(opening::opened(&Capsule { results: vec![Carried::from(found)], view: View::default() }))
    }

    /// Puts a result into the history, with its lanes if it has any; whether it is new there. One that is there stays as it is,
    /// unless this one has more.
    async fn keep(
        &self,
        carried: &Carried,
        from: KeptFrom,
        filed: Option<&KeptResult>,
        lanes: Option<&[u8]>,
    ) -> Result<bool, String> {
        let run = carried.run.id();
        let before = self.entry(run).await?;
        let has_as_much = |kept: &KeptResult| kept.told.as_ref().is_none_or(|told| told.left_out.len() <= carried.left_out.len());
        // What is there already, of a result that this one has more of, or lanes of.
        let stored = match &before {
            Some(kept) if kept.has_lanes || lanes.is_some() => self.shelf.capsule(run).await?.unwrap_or_default(),
            _ => Vec::new(),
        };
        let lanes = opening::lanes_of(&stored).or(lanes);
        let is_new = before.is_none();
        let mut kept = match before {
            Some(mut kept) => {
                let named = kept.name.is_empty() && !carried.name.is_empty();
                if named {
                    kept.name.clone_from(&carried.name);
                }
                let pinned = filed.is_some_and(|filed| filed.pinned) && !kept.pinned;
                kept.pinned |= pinned;
                if has_as_much(&kept) {
                    let with = lanes.filter(|_| !kept.has_lanes).map(|_| with_lanes(opening::alone(&stored), lanes));
                    kept.has_lanes |= with.is_some();
                    if named || pinned || with.is_some() {
                        self.put(&kept, with.as_deref()).await?;
                    }
                    return Ok(false);
                }
                kept
            }
            None => KeptResult {
                run: run.to_owned(),
                name: carried.name.clone(),
                pinned: filed.is_some_and(|filed| filed.pinned),
                kept_ms: self.came_ms(filed),
                from,
                ..KeptResult::default()
            },
        };
        kept.told = Some(KeptWords::of(&carried.run, opening::words_of(&carried.left_out)));
        kept.has_lanes = lanes.is_some();
        let alone = Capsule { results: vec![Carried { name: String::new(), ..carried.clone() }], view: View::default() };
        let packed = capsule::pack(&alone, Detail::Whole);
        self.put(&kept, Some(&with_lanes(&packed.bytes, lanes))).await?;
        Ok(is_new)
    }

    /// When a result came into a history: now, or as a file says of another one.
    fn came_ms(&self, filed: Option<&KeptResult>) -> u64 {
        let now = (self.host.now)();
        filed.map(|filed| filed.kept_ms.min(now)).filter(|ms| *ms > 0).unwrap_or(now)
    }

    /// The oldest that are not pinned give way; that is said.
    async fn make_room(&self) -> Replies {
        let mut loose: Vec<KeptResult> = self.entries().await?.into_iter().filter(|kept| !kept.pinned).collect();
        if loose.len() <= MOST_KEPT {
            return Ok(Vec::new());
        }
        loose.sort_by_key(|kept| std::cmp::Reverse(kept.kept_ms));
        let gone: Vec<String> = loose.split_off(MOST_KEPT).into_iter().map(|kept| kept.run).collect();
        self.shelf.remove(&gone).await?;
        Ok(vec![KeeperReply::Told(format!(
            "The history holds {MOST_KEPT} results that are not pinned: the oldest have given way. Pin what is to stay, or save all \
             as a file."
        ))])
    }

    async fn change(&self, run: &str, change: impl FnOnce(&mut KeptResult)) -> Replies {
        let mut kept =
            self.entry(run).await?.ok_or_else(|| format!("The run {run} is not in this browser's history any more."))?;
        change(&mut kept);
        self.put(&kept, None).await?;
        Ok(Vec::new())
    }

    async fn export(&self) -> Replies {
        let mut filed = Vec::new();
        for kept in self.entries().await? {
            if let Some(bytes) = self.shelf.capsule(&kept.run).await? {
                // Without lanes, which would make a text of it that no browser opens.
                filed.push((kept, opening::alone(&bytes).to_vec()));
            }
        }
        Ok(vec![KeeperReply::Exported(file::write(&filed)?)])
    }

    /// Takes a file of a history in; what came of it, in a sentence.
    async fn import(&self, bytes: &[u8]) -> Result<String, String> {
        let (mut new, mut there, mut bad) = (0_usize, 0_usize, None);
        for (kept, capsule) in file::read(bytes)? {
            match opening::read(&capsule, None) {
                Ok(capsule) => {
                    for carried in capsule.results.into_iter().take(1) {
                        let name = if kept.name.is_empty() { carried.name.clone() } else { kept.name.clone() };
                        let carried = Carried { name, ..carried };
                        *(if self.keep(&carried, kept.from, Some(&kept), None).await? { &mut new } else { &mut there }) += 1;
                    }
                }
                Err(why) => bad = Some(why),
            }
        }
        let mut words = format!("{} of the file are in the history now", charts::words::counted(new, "result"));
        if there > 0 {
            words.push_str(&format!("; {there} were there already"));
        }
        words.push('.');
        if let Some(why) = bad {
            words.push_str(&format!(" Others are damaged: {why}"));
        }
        Ok(words)
    }

    async fn put(&self, kept: &KeptResult, capsule: Option<&[u8]>) -> Result<(), String> {
        let text = serde_json::to_string(kept).map_err(|error| error.to_string())?;
        self.shelf.put(&kept.run, &text, capsule).await
    }

    async fn entry(&self, run: &str) -> Result<Option<KeptResult>, String> {
        Ok(self.shelf.entry(run).await?.map(|text| entry_of(run, &text)))
    }

    async fn entries(&self) -> Result<Vec<KeptResult>, String> {
        Ok(self.shelf.entries().await?.iter().map(|(run, text)| entry_of(run, text)).collect())
    }

    /// What is told of a result that an earlier or a later version has told otherwise, or not at all: the capsule has it.
    async fn tell_again(&self, kept: &mut KeptResult) -> Result<(), String> {
        let capsule = self.shelf.capsule(&kept.run).await?.unwrap_or_default();
        kept.told = Some(match opening::read(&capsule, None).map(|capsule| capsule.results.into_iter().next()) {
            Ok(Some(carried)) => KeptWords::of(&carried.run, opening::words_of(&carried.left_out)),
            Ok(None) => KeptWords::unreadable("it is empty."),
            Err(why) => KeptWords::unreadable(&why),
        });
        self.put(kept, None).await
    }

    async fn list(&self) -> Result<KeeperReply, String> {
        let search = self.search.clone().unwrap_or_default();
        let mut all = self.entries().await?;
        for kept in all.iter_mut().filter(|kept| kept.told.is_none()) {
            self.tell_again(kept).await?;
        }
        all.sort_by_key(|kept| std::cmp::Reverse((kept.pinned, kept.kept_ms)));
        let words: Vec<String> = search.words.split_whitespace().map(str::to_lowercase).collect();
        let told: Vec<Listed<'_>> = all.iter().filter_map(|kept| Listed::of(kept, self.host.date)).collect();
        let found: Vec<&Listed<'_>> = told.iter().filter(|listed| listed.has(&words)).collect();
        let is_ticked = |run: &str| search.ticked.iter().any(|ticked| ticked == run);
        let rows: Vec<HistoryRow<'_>> = found.iter().map(|listed| listed.row(is_ticked(&listed.kept.run))).collect();
        let called =
            |run: &String| told.iter().find(|listed| listed.kept.run == *run).map(|listed| (run.clone(), listed.called()));
        Ok(KeeperReply::Listed(HistoryList {
            rows: history(&rows),
            shown: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            all: u32::try_from(all.len()).unwrap_or(u32::MAX),
            ticked: search.ticked.iter().filter_map(called).collect(),
            note: self.note.clone(),
            words: search.words,
        }))
    }
}

/// An entry; of one that cannot be read nothing is known but that it is there.
fn entry_of(run: &str, text: &str) -> KeptResult {
    let kept = serde_json::from_str(text).unwrap_or_default();
    KeptResult { run: run.to_owned(), ..kept }
}

/// A result of the history with the words for it.
struct Listed<'a> {
    kept: &'a KeptResult,
    told: &'a KeptWords,
    /// What it is called if nobody has named it.
    title: String,
    when: String,
}

impl<'a> Listed<'a> {
    fn of(kept: &'a KeptResult, date: fn(u64) -> String) -> Option<Self> {
        let told = kept.told.as_ref()?;
        let when = if told.started_ms == 0 { String::new() } else { date(told.started_ms) };
        let parts = [told.workload.as_str(), &when];
        let title = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        Some(Self { kept, told, title, when })
    }

    fn called(&self) -> String {
        if self.kept.name.is_empty() { self.title.clone() } else { self.kept.name.clone() }
    }

    /// Whether all of these words, in small letters, are in what is told of it.
    fn has(&self, words: &[String]) -> bool {
        let models = self.told.models.iter().map(|(name, _)| name.as_str());
        let told = [&self.kept.name, &self.title, &self.told.size, &self.told.machine, &self.told.build, &self.told.sentence];
        let told = told.into_iter().map(String::as_str).chain([self.kept.from.words()]).chain(models);
        let told = told.collect::<Vec<_>>().join("\n").to_lowercase();
        words.iter().all(|word| told.contains(word.as_str()))
    }

    fn row(&self, ticked: bool) -> HistoryRow<'_> {
        let named = !self.kept.name.is_empty();
        let facts = [
            if named { self.told.workload.as_str() } else { "" },
            &self.told.size,
            &self.told.machine,
            if named { &self.when } else { "" },
            self.kept.from.words(),
        ];
        HistoryRow {
            run: &self.kept.run,
            name: &self.kept.name,
            title: &self.title,
            sentence: &self.told.sentence,
            models: self.told.models.iter().map(|(name, look)| (name.as_str(), look)).collect(),
            facts: facts.into_iter().filter(|fact| !fact.is_empty()).collect(),
            left_out: &self.told.left_out,
            stored: self.kept.stored.iter().map(|copy| copy.id.as_str()).collect(),
            pinned: self.kept.pinned,
            ticked,
        }
    }
}
