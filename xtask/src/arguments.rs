//! The words behind a task's name: too few for a library that would take longer to compile than the rest.

use std::collections::VecDeque;

use anyhow::{Context, Result, bail};

/// Words that have not been taken yet.
pub(crate) struct Arguments(VecDeque<String>);

impl Arguments {
    pub(crate) fn new(words: impl Iterator<Item = String>) -> Self {
        Self(words.collect())
    }

    pub(crate) fn asks_for_help(&self) -> bool {
        self.0.iter().any(|word| word == "--help" || word == "-h")
    }

    /// Takes `name`, wherever it stands.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|word| word != name);
        self.0.len() < before
    }

    /// Takes every `name VALUE` and `name=VALUE`.
    pub(crate) fn values(&mut self, name: &str) -> Result<Vec<String>> {
        let mut values = Vec::new();
        let mut rest = VecDeque::new();
        while let Some(word) = self.0.pop_front() {
            if word == name {
                values.push(self.0.pop_front().with_context(|| format!("{name} needs a value"))?);
            } else if let Some(value) = word.strip_prefix(name).and_then(|word| word.strip_prefix('=')) {
                values.push(value.to_owned());
            } else {
                rest.push_back(word);
            }
        }
        self.0 = rest;
        Ok(values)
    }

    /// Takes the last `name NUMBER`.
    pub(crate) fn number<N: std::str::FromStr>(&mut self, name: &str, otherwise: N) -> Result<N> {
        match self.values(name)?.pop() {
            Some(text) => text.parse().map_err(|_| anyhow::anyhow!("{name}: {text:?} is not a number that fits")),
            None => Ok(otherwise),
        }
    }

    /// Everything that is left is a mistake.
    pub(crate) fn end(self) -> Result<()> {
        match self.0.front() {
            Some(word) => bail!("{word:?} is not understood here; --help says what is"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_taken_wherever_they_stand() {
        let mut words =
            Arguments::new(["--only", "fmt", "--keep-going", "--only=page", "--n", "3"].into_iter().map(String::from));
        assert!(words.flag("--keep-going"));
        assert_eq!(words.values("--only").unwrap(), ["fmt", "page"]);
        assert_eq!(words.number("--n", 1).unwrap(), 3);
        assert!(words.end().is_ok());
    }

    #[test]
    fn what_is_not_known_is_named() {
        let words = Arguments::new(std::iter::once("--onyl".to_owned()));
        assert!(words.end().unwrap_err().to_string().contains("--onyl"));
    }
}
