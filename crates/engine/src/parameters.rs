//! A workload's parameters: one declaration gives the struct, the defaults, the limits, the units and the help.
//!
//! ```
//! use engine::parameters::{count, parameters};
//!
//! parameters! {
//!     /// What every cell of this workload is given.
//!     pub struct Params {
//!         /// Connections.
//!         pub units: usize = count(1, 9_900, 1_000)
//!             .label("Connections")
//!             .log()
//!             .help("TCP connections, each with both of its ends."),
//!     }
//! }
//! ```

use protocol::parameter::{Choice, Parameter, ParameterKind};
use protocol::{Value, Values};

/// The parameters of a workload. Implemented by [`parameters!`].
pub trait Params: Copy + Send + Sync + 'static {
    /// What the catalogue says of them, in the order in which they are declared.
    fn declared() -> Vec<Parameter>;

    /// Reads them from values that have been checked against [`Params::declared`].
    ///
    /// # Panics
    /// If a value is missing or of another kind: the caller did not check.
    fn read(values: &Values) -> Self;

    /// How many units of concurrency they ask for.
    fn units(&self) -> usize;
}

/// A type that a parameter can have. Every workload has a parameter `units`: how many units of concurrency it asks for.
pub trait FromValue {
    /// Reads a checked value; `None` if it is of another kind.
    fn from_value(value: &Value) -> Option<Self>
    where
        Self: Sized;
}

impl FromValue for u64 {
    fn from_value(value: &Value) -> Option<Self> {
        value.integer()
    }
}

impl FromValue for usize {
    fn from_value(value: &Value) -> Option<Self> {
        usize::try_from(value.integer()?).ok()
    }
}

/// A whole number `min ..= max`.
#[must_use]
pub fn count(min: u64, max: u64, default: u64) -> Declared {
    Declared::new(ParameterKind::Integer { min, max, step: 1, default, log: false })
}

/// One of a few words, each with what it means; the first is the default.
#[must_use]
pub fn choice(options: &[(&str, &str)]) -> Declared {
    let option = |(value, label): &(&str, &str)| Choice { value: (*value).to_owned(), label: (*label).to_owned() };
    let default = options.first().map_or_else(String::new, |(value, _)| (*value).to_owned());
    Declared::new(ParameterKind::Choice { options: options.iter().map(option).collect(), default })
}

/// A program of one step to `most`, each of them one of these words, or of these before a block, see [`ParameterKind::Steps`].
#[must_use]
pub fn steps(words: Vec<Parameter>, blocks: Vec<Parameter>, most: usize, default: &str) -> Declared {
    Declared::new(ParameterKind::Steps { words, blocks, most: most as u64, default: default.to_owned() })
}

/// A word of [`steps`] that no number follows.
#[must_use]
pub fn alone() -> Declared {
    Declared::new(ParameterKind::Choice { options: Vec::new(), default: String::new() })
}

/// A parameter in the making; its name comes from the field.
#[derive(Clone, Debug)]
pub struct Declared(Parameter);

impl Declared {
    fn new(kind: ParameterKind) -> Self {
        let none = String::new;
        let can_be_swept = matches!(kind, ParameterKind::Integer { .. });
        Self(Parameter {
            name: none(),
            label: none(),
            unit: none(),
            help: none(),
            kind,
            earlier: Vec::new(),
            can_be_swept,
            is_work: false,
        })
    }

    /// The name that people read.
    #[must_use]
    pub fn label(mut self, label: &str) -> Self {
        self.0.label = label.to_owned();
        self
    }

    /// What the number counts.
    #[must_use]
    pub fn unit(mut self, unit: &str) -> Self {
        self.0.unit = unit.to_owned();
        self
    }

    /// One or two sentences.
    #[must_use]
    pub fn help(mut self, help: &str) -> Self {
        self.0.help = help.to_owned();
        self
    }

    /// Its slider is logarithmic.
    #[must_use]
    pub fn log(mut self) -> Self {
        if let ParameterKind::Integer { log, .. } = &mut self.0.kind {
            *log = true;
        }
        self
    }

    /// Only multiples of this are accepted.
    #[must_use]
    pub fn multiple_of(mut self, multiple: u64) -> Self {
        if let ParameterKind::Integer { step, .. } = &mut self.0.kind {
            *step = multiple;
        }
        self
    }

    /// Links up to and including this version meant this value if they did not say.
    #[must_use]
    pub fn before(mut self, version: u32, default: impl Into<Value>) -> Self {
        self.0.earlier.push((version, default.into()));
        self
    }

    /// It is how much work there is: measured by time, it decides nothing.
    #[must_use]
    pub fn of_work(mut self) -> Self {
        self.0.is_work = true;
        self
    }

    /// A field of the method under this name, which says how trials are made: it has one value.
    #[must_use]
    pub fn of_method(mut self, name: &str) -> Parameter {
        self.0.can_be_swept = false;
        self.named(name)
    }

    /// The parameter, under this name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Parameter {
        self.0.name = name.to_owned();
        self.0
    }
}

/// Declares a workload's parameters, see the module.
#[macro_export]
macro_rules! parameters {
    ($(#[$outer:meta])* $visible:vis struct $Params:ident {
        $($(#[$inner:meta])* $field_visible:vis $field:ident: $kind:ty = $declared:expr),* $(,)?
    }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $visible struct $Params { $($(#[$inner])* $field_visible $field: $kind),* }

        impl $crate::parameters::Params for $Params {
            fn declared() -> Vec<$crate::protocol::Parameter> {
                vec![$($declared.named(stringify!($field))),*]
            }

            fn read(values: &$crate::protocol::Values) -> Self {
                Self { $($field: $crate::parameters::value_of(values, stringify!($field))),* }
            }

            fn units(&self) -> usize {
                self.units
            }
        }
    };
}
pub use parameters;

/// Declares an enum that a parameter can have: each variant with its word in links and what people read; the first is the
/// default.
///
/// ```
/// use engine::parameters::{choices, choice, parameters};
///
/// choices! {
///     /// Whether the queue has an end.
///     pub enum Queue { Bounded = "bounded" / "bounded", Unbounded = "unbounded" / "unbounded" }
/// }
///
/// parameters! {
///     /// What every cell of this workload is given.
///     pub struct Params {
///         /// Producers.
///         pub units: usize = engine::parameters::count(1, 10, 1).label("Producers").help("How many send."),
///         /// The queue.
///         pub queue: Queue = choice(Queue::OPTIONS).label("Queue").help("Whether sending ever waits."),
///     }
/// }
/// ```
#[macro_export]
macro_rules! choices {
    ($(#[$outer:meta])* $visible:vis enum $Name:ident { $($Variant:ident = $word:literal / $label:literal),* $(,)? }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $visible enum $Name { $(#[doc = concat!("`", $word, "`")] $Variant),* }

        impl $Name {
            /// The words, each with what people read.
            $visible const OPTIONS: &'static [(&'static str, &'static str)] = &[$(($word, $label)),*];
        }

        impl $crate::parameters::FromValue for $Name {
            fn from_value(value: &$crate::protocol::Value) -> Option<Self> {
                match value {
                    $($crate::protocol::Value::Text(word) if word == $word => Some(Self::$Variant),)*
                    _ => None,
                }
            }
        }
    };
}
pub use choices;

#[doc(hidden)]
#[must_use]
pub fn value_of<T: FromValue>(values: &Values, name: &str) -> T {
    let value = values.get(name).and_then(T::from_value);
    value.unwrap_or_else(|| panic!("{name} is missing, or not of its kind: the values were not checked"))
}
