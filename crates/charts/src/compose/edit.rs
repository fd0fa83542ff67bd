//! What can be done to a program: pure functions on its steps. Whatever is done, a block that is left with nothing in it goes too,
//! and what would be no program any more (too many steps, too deep) is refused with the reason.

use protocol::parameter::steps::{DEEPEST, Step, Vocabulary, Written, count, meaning, position};

/// The way from the outermost list to a step: its place in each.
pub(super) type Path = Vec<usize>;

/// The steps of a text, and which of them is chosen.
#[derive(Clone, Debug)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    pub(super) chosen: Option<Path>,
    /// What is wrong with the braces of the text. What stands behind that is not among the steps: they are not to be edited.
    pub(super) fault: Option<String>,
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Done {
    /// In a sentence.
    pub(super) said: String,
    /// The id of what is to have the focus.
    pub(super) focus: Option<String>,
    /// The step whose number is being typed.
    pub(super) typing: Option<Path>,
}

impl Program {
    pub(super) fn new(Written { steps, fault }: Written, chosen: Option<Path>) -> Self {
        let mut program = Self { steps, chosen: None, fault };
        program.chosen = chosen.filter(|path| program.step(path).is_some());
        program
    }

    /// The step at this path.
    pub(super) fn step(&self, path: &[usize]) -> Option<&Step> {
        let (last, outer) = path.split_last()?;
        let list = outer.iter().try_fold(&self.steps, |list, index| list.get(*index)?.inside.as_ref())?;
        list.get(*last)
    }

    fn list(&mut self, outer: &[usize]) -> Option<&mut Vec<Step>> {
        outer.iter().try_fold(&mut self.steps, |list, index| list.get_mut(*index)?.inside.as_mut())
    }

    /// The program as text.
    pub(super) fn text(&self) -> String {
        written(&self.steps)
    }

    /// Does an edit.
    pub(super) fn take(&mut self, vocabulary: Vocabulary<'_>, edit: &str) -> Result<Done, String> {
        let (verb, what) = edit.split_once(' ').unwrap_or((edit, ""));
        if let Some(fault) = &self.fault {
            return Err(format!("The text {fault}: mend it first."));
        }
        let before = self.clone();
        let done = self.change(vocabulary, verb, what)?;
        self.prune();
        let (now, most) = (count(&self.steps), vocabulary.most);
        let refused = if now > most && now > count(&before.steps) {
            Some(format!("{most} steps are the most."))
        } else if depth(&self.steps) > DEEPEST {
            Some(format!("Blocks stand in each other at most {DEEPEST} deep."))
        } else {
            None
        };
        if let Some(refused) = refused {
            *self = before;
            return Err(refused);
        }
        Ok(self.told(verb, what, done))
    }

    /// What is said of it, and where the focus goes: with a key it stays with the step, with a tool it stays on the tool.
    fn told(&self, verb: &str, what: &str, change: Change) -> Done {
        let chosen = self.chosen.as_deref();
        let now = chosen.map(position).unwrap_or_default();
        let (said, typing) = match change {
            Change::Chose => (String::new(), None),
            Change::Typed(path) => (String::new(), Some(path)),
            Change::Deleted(head) if self.steps.is_empty() => (format!("Deleted {head}. No step is left."), None),
            Change::Deleted(head) => (format!("Deleted {head}."), None),
            Change::Moved(head) => (format!("{head} is step {now}."), None),
            Change::Added(head) => (format!("Added {head} as step {now}."), None),
        };
        let focus = match verb {
            "set" => None,
            "add" => Some(word_id(what)),
            _ if what.is_empty() => Some(tool_id(verb)),
            _ => Some(chosen.map_or_else(|| LIST.to_owned(), step_id)),
        };
        Done { said, focus, typing }
    }

    fn change(&mut self, vocabulary: Vocabulary<'_>, verb: &str, what: &str) -> Result<Change, String> {
        let nothing = || "There is no such step.".to_owned();
        match verb {
            "add" => return self.add(vocabulary, what),
            "move" => return self.carry(what),
            "set" => {
                let (path, number) = what.split_once(' ').unwrap_or((what, ""));
                let path = path_of(path).ok_or_else(nothing)?;
                return self.set(vocabulary, &path, number).ok_or_else(nothing);
            }
            _ => {}
        }
        let path = if what.is_empty() {
            self.chosen.clone().ok_or("Choose a step first.")?
        } else {
            path_of(what).ok_or_else(nothing)?
        };
        let head = self.step(&path).ok_or_else(nothing)?.head.clone();
        let (last, outer) = path.split_last().ok_or_else(nothing)?;
        match verb {
            "choose" => self.chosen = Some(path),
            "delete" => {
                self.remove(&path).ok_or_else(nothing)?;
                let left = self.list(outer).map_or(0, |list| list.len());
                // The one that has come to its place, or the one before, or the block that it was in.
                let beside = left.checked_sub(1).map(|most| [outer, &[(*last).min(most)]].concat());
                self.chosen = beside.or_else(|| Some(outer.to_vec()).filter(|outer| !outer.is_empty()));
                return Ok(Change::Deleted(head));
            }
            "double" => {
                let step = self.step(&path).cloned().ok_or_else(nothing)?;
                self.insert([outer, &[last + 1]].concat(), step);
                return Ok(Change::Added(head));
            }
            "up" => {
                let to = match (last, outer.split_last()) {
                    (0, None) => return Err("It is the first step.".to_owned()),
                    (0, Some(_)) => outer.to_vec(),
                    (index, _) => [outer, &[index - 1]].concat(),
                };
                self.shift(&path, to).ok_or_else(nothing)?;
            }
            "down" => {
                let is_last = self.list(outer).is_some_and(|list| *last + 1 == list.len());
                let to = match outer.split_last() {
                    None if is_last => return Err("It is the last step.".to_owned()),
                    Some((block, beyond)) if is_last => [beyond, &[block + 1]].concat(),
                    _ => [outer, &[last + 1]].concat(),
                };
                self.shift(&path, to).ok_or_else(nothing)?;
            }
            "out" => {
                let (block, beyond) = outer.split_last().ok_or("It is in no block.")?;
                self.shift(&path, [beyond, &[block + 1]].concat()).ok_or_else(nothing)?;
            }
            "in" => {
                let list = self.list(outer).ok_or_else(nothing)?;
                let length = |index: usize| list.get(index)?.inside.as_ref().map(Vec::len);
                let before = last.checked_sub(1).and_then(|index| Some([outer, &[index, length(index)?]].concat()));
                // Once it is taken out, the block behind it has its place.
                let behind = length(last + 1).map(|_| [outer, &[*last, 0]].concat());
                let to = before.or(behind).ok_or("There is no block beside it.")?;
                self.shift(&path, to).ok_or_else(nothing)?;
            }
            _ => return Err(String::new()),
        }
        Ok(if verb == "choose" { Change::Chose } else { Change::Moved(head) })
    }

    /// Adds a word behind the chosen step, or as the last in the chosen block. A block is put around the chosen step.
    fn add(&mut self, vocabulary: Vocabulary<'_>, word: &str) -> Result<Change, String> {
        let (word, is_block, _) = vocabulary.find(word).ok_or("There is no such word.")?;
        let head = format!("{} {}", word.name, word.default()).trim().to_owned();
        if is_block {
            let (at, around) = match self.chosen.clone() {
                Some(path) => (path.clone(), self.remove(&path)),
                None => (vec![self.steps.len()], None),
            };
            let first = || vocabulary.words.first().map(|word| format!("{} {}", word.name, word.default()).trim().to_owned());
            let inside = around.unwrap_or_else(|| Step { head: first().unwrap_or_default(), inside: None });
            self.insert(at.clone(), Step { head: head.clone(), inside: Some(vec![inside]) });
            self.chosen = Some(at);
            return Ok(Change::Added(head));
        }
        let at = match &self.chosen {
            None => vec![self.steps.len()],
            Some(path) => match (self.step(path).and_then(|step| step.inside.as_ref()), path.split_last()) {
                (Some(inside), _) => [path.as_slice(), &[inside.len()]].concat(),
                (None, Some((last, outer))) => [outer, &[last + 1]].concat(),
                (None, None) => vec![self.steps.len()],
            },
        };
        self.insert(at, Step { head: head.clone(), inside: None });
        Ok(Change::Added(head))
    }

    /// Another number behind the word of a step: as it is typed, right or wrong.
    fn set(&mut self, vocabulary: Vocabulary<'_>, path: &[usize], number: &str) -> Option<Change> {
        let (last, outer) = path.split_last()?;
        let step = self.list(outer)?.get_mut(*last)?;
        let (word, ..) = vocabulary.find(&step.head)?;
        // Nothing that parts steps may come in this way.
        let number: String = number.chars().filter(|sign| !matches!(sign, ',' | ';' | '{' | '}' | '\n' | '\r')).collect();
        // A number that is left out would be the default: what is being typed anew is not yet that.
        let number = if number.trim().is_empty() { "-" } else { number.trim() };
        step.head = format!("{} {number}", word.name);
        self.chosen = Some(path.to_vec());
        Some(Change::Typed(path.to_vec()))
    }

    /// `1 before 2`, `1 behind 2`, `1 into 2`: into a block, as its first.
    fn carry(&mut self, what: &str) -> Result<Change, String> {
        let parts: Vec<&str> = what.split(' ').collect();
        let [from, side, to] = parts.as_slice() else { return Err(String::new()) };
        let (Some(from), Some(mut to)) = (path_of(from), path_of(to)) else { return Err(String::new()) };
        if to.starts_with(&from) {
            return Err(if to == from { String::new() } else { "A block cannot be in itself.".to_owned() });
        }
        let (Some(step), Some(target)) = (self.step(&from), self.step(&to)) else {
            return Err("There is no such step.".to_owned());
        };
        if *side == "into" && target.inside.is_none() {
            return Err("It is no block.".to_owned());
        }
        let head = step.head.clone();
        let step = self.remove(&from).ok_or("There is no such step.")?;
        behind_removal(&mut to, &from);
        match (*side, to.last_mut()) {
            ("into", _) => to.push(0),
            ("behind", Some(last)) => *last += 1,
            _ => {}
        }
        self.insert(to, step);
        Ok(Change::Moved(head))
    }

    /// Takes a step out and puts it in at a path that holds once it is out.
    fn shift(&mut self, from: &[usize], to: Path) -> Option<()> {
        let step = self.remove(from)?;
        self.insert(to, step);
        Some(())
    }

    fn remove(&mut self, path: &[usize]) -> Option<Step> {
        let (last, outer) = path.split_last()?;
        let list = self.list(outer)?;
        (*last < list.len()).then(|| list.remove(*last))
    }

    /// Puts a step in, or at the end of its list; it is chosen.
    fn insert(&mut self, mut path: Path, step: Step) {
        let Some((last, outer)) = path.split_last_mut() else { return };
        let Some(list) = self.list(outer) else { return };
        *last = (*last).min(list.len());
        list.insert(*last, step);
        self.chosen = Some(path);
    }

    /// Blocks with nothing in them go.
    fn prune(&mut self) {
        while let Some(path) = empty_block(&self.steps) {
            self.remove(&path);
            if let Some(chosen) = &mut self.chosen {
                behind_removal(chosen, &path);
            }
        }
        self.chosen = self.chosen.take().filter(|chosen| self.step(chosen).is_some()).or_else(|| {
            // What was chosen is gone: the last that there is.
            Some(vec![self.steps.len().checked_sub(1)?])
        });
    }
}

/// What an edit has changed; the head of the step that it was about.
#[derive(Debug)]
enum Change {
    Chose,
    Typed(Path),
    Deleted(String),
    Moved(String),
    Added(String),
}

/// The id of the list, of a step's button, of a tool, of a word to add.
pub(super) const LIST: &str = "composer-steps";

pub(super) fn step_id(path: &[usize]) -> String {
    format!("step-{}", path_text(path))
}

pub(super) fn tool_id(verb: &str) -> String {
    format!("step-tool-{verb}")
}

pub(super) fn word_id(word: &str) -> String {
    format!("step-word-{}", word.replace(' ', "-"))
}

/// A path as it stands in an edit: `1.0`.
pub(super) fn path_text(path: &[usize]) -> String {
    path.iter().map(usize::to_string).collect::<Vec<_>>().join(".")
}

fn path_of(text: &str) -> Option<Path> {
    text.split('.').map(|index| index.parse().ok()).collect()
}

/// What a path is once the step at another has been taken out.
fn behind_removal(path: &mut Path, removed: &[usize]) {
    let Some((last, outer)) = removed.split_last() else { return };
    if path.len() > outer.len() && path.starts_with(outer) && path[outer.len()] > *last {
        path[outer.len()] -= 1;
    }
}

fn empty_block(steps: &[Step]) -> Option<Path> {
    steps.iter().enumerate().find_map(|(index, step)| match step.inside.as_deref()? {
        [] => Some(vec![index]),
        inside => Some([vec![index], empty_block(inside)?].concat()),
    })
}

fn depth(steps: &[Step]) -> usize {
    steps.iter().filter_map(|step| step.inside.as_deref()).map(|inside| 1 + depth(inside)).max().unwrap_or(0)
}

fn written(steps: &[Step]) -> String {
    let one = |step: &Step| match &step.inside {
        None => step.head.clone(),
        Some(inside) => format!("{} {{ {} }}", step.head, written(inside)).trim_start().to_owned(),
    };
    steps.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What is wrong with a step by itself, and what would be accepted in its place.
pub(super) fn wrong(vocabulary: Vocabulary<'_>, step: &Step) -> Option<(String, String)> {
    let message = meaning(vocabulary, step).err()?;
    let known = vocabulary.find(&step.head).map(|(word, ..)| word.as_step());
    let all = || vocabulary.words.iter().chain(vocabulary.blocks).map(|word| word.name.as_str()).collect::<Vec<_>>().join(", ");
    Some((message, known.unwrap_or_else(all)))
}
