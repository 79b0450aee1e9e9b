//! Reads the shell's commands as text and writes them anew for the bridge, so that there is no
//! second list: `tests` may not depend on the shell, and a build script may read what it likes.
//!
//! Invariant: the bodies stay as they are, word for word; only the two attributes go, and the
//! framework's own names lead to the bridge's stand-ins. A form that is not known is an error,
//! never passed over.

/// A command of the shell: its name, and its parameters as `(name, type)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    pub name: String,
    pub parameters: Vec<(String, String)>,
}

/// A file of commands: the module's name and its text.
pub struct Source {
    pub module: String,
    pub text: String,
}

/// The ways of listing commands in one line each.
const TABLES: [(&str, Table); 4] = [
    ("asks! {", Table::Asks),
    ("asks_to_sign! {", Table::AsksToSign),
    ("answers! {", Table::Answers),
    ("asks_place! {", Table::AsksPlace),
];

#[derive(Clone, Copy)]
enum Table {
    /// `name(argument: Type, …; progress) -> View`; a channel comes last where it is asked for.
    Asks,
    /// `name(argument: Type, …)`; it is given the window.
    AsksToSign,
    /// `name(argument: Type, …)[passphrase, …; key] -> View`: what is in brackets are texts.
    Answers,
    /// `name: dialog(words)`; it is given the window.
    AsksPlace,
}

const ATTRIBUTES: [&str; 2] = ["#[tauri::command]", "#[specta::specta]"];
const HEAD: &str = "pub(crate) async fn ";

/// The macros that stand before the modules of commands, each from its opening to the line that closes
/// it, with the bridge's stand-ins for the framework.
pub fn macros(text: &str) -> Result<String, String> {
    let mut found = String::new();
    for part in text.split("\nmacro_rules! ").skip(1) {
        let end = part.find("\n}\n").ok_or("a macro has no end")?;
        let body = adapted(&part[..end]).replace("tauri::", "$crate::standin::");
        found += &format!("macro_rules! {body}}}\n\n");
    }
    if found.is_empty() { Err("no macro in it".to_owned()) } else { Ok(found) }
}

/// Everything that the bridge includes: the macros, the modules, and one function that calls them by
/// name.
pub fn written(macros: &str, sources: &[Source]) -> Result<String, String> {
    let (mut modules, mut arms, mut names) = (String::new(), String::new(), Vec::new());
    for source in sources {
        let module = &source.module;
        modules += &format!("pub(crate) mod {module} {{\n{}}}\n\n", adapted(&source.text));
        for command in commands(&source.text).map_err(|cause| format!("{module}.rs: {cause}"))? {
            arms += &arm(module, &command);
            names.push(command.name);
        }
    }
    let listed = names.iter().map(|name| format!("    {name:?},\n")).collect::<String>();
    Ok(format!(
        "{macros}{modules}/// Every command that is answered.\n#[cfg(test)]\npub(crate) const ALL: &[&str] = &[\n{listed}];\n\n\
         /// Calls a command by name.\n\
         pub(crate) async fn answer(app: &crate::standin::AppHandle<crate::standin::Chromium>, \
         command: &str, mut given: crate::given::Given) -> crate::given::Answered {{\n\
         match command {{\n{arms}unknown => Err(crate::given::unknown(unknown)),\n}}\n}}\n"
    ))
}

/// The text without what belongs to the framework.
fn adapted(text: &str) -> String {
    let kept = text.lines().filter(|line| !ATTRIBUTES.contains(&line.trim()));
    kept.map(|line| format!("{}\n", line.replace("use tauri::", "use crate::standin::"))).collect()
}

/// The commands of a file, in order: those of its tables, and its functions.
pub fn commands(text: &str) -> Result<Vec<Command>, String> {
    let mut found = Vec::new();
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect();
    for (opening, table) in TABLES {
        for (at, _) in code.match_indices(&format!("\n{opening}")) {
            let rest = &code[at + opening.len() + 1..];
            let end = rest.find("\n}").ok_or(format!("{opening} has no end"))?;
            let lines = rest[..end].split(";\n").map(|line| line.trim().trim_end_matches(';'));
            for line in lines.filter(|line| !line.is_empty()) {
                found.push(of_table(line, table)?);
            }
        }
    }
    let attributes = code.matches(ATTRIBUTES[0]).count();
    let mut functions = 0;
    for part in code.split(ATTRIBUTES[0]).skip(1) {
        let at = part.find(HEAD).ok_or("an attribute without its function")?;
        found.push(function(&part[at + HEAD.len()..])?);
        functions += 1;
    }
    match (attributes == functions, found.is_empty()) {
        (true, false) => Ok(found),
        (false, _) => Err(format!("{attributes} attributes, {functions} functions")),
        (true, true) => Err("no command in it".to_owned()),
    }
}

fn of_table(line: &str, table: Table) -> Result<Command, String> {
    let (name, rest) = line.split_once('(').ok_or(format!("no parameters in {line:?}"))?;
    let end = closing(rest).ok_or(format!("no end in {line:?}"))?;
    let (inside, after) = (&rest[..end], &rest[end + 1..]);
    let app = ("app".to_owned(), "AppHandle<R>".to_owned());
    let name = match table {
        Table::AsksPlace => name.split_once(':').ok_or(format!("no dialog in {line:?}"))?.0,
        Table::Asks | Table::AsksToSign | Table::Answers => name.trim(),
    };
    let mut parameters = match table {
        Table::Asks => {
            let (inside, progress) = inside.split_once(';').unwrap_or((inside, ""));
            let channel = |name: &str| (name.trim().to_owned(), "Channel".to_owned());
            let progress = (!progress.is_empty()).then(|| channel(progress));
            parameters(inside)?.into_iter().chain(progress).collect()
        }
        Table::AsksToSign => [app].into_iter().chain(parameters(inside)?).collect(),
        Table::AsksPlace => vec![app],
        Table::Answers => {
            let typed = after.strip_prefix('[').and_then(|typed| typed.split_once(']'));
            let (typed, _) = typed.ok_or(format!("no passphrases in {line:?}"))?;
            let typed = typed.split([',', ';']).map(str::trim).filter(|name| !name.is_empty());
            let typed = typed.map(|name| (name.to_owned(), "String".to_owned()));
            parameters(inside)?.into_iter().chain(typed).collect()
        }
    };
    let at = usize::from(matches!(table, Table::AsksToSign | Table::AsksPlace));
    parameters.insert(at, ("desk".to_owned(), "Core<'_>".to_owned()));
    Ok(Command { name: name.to_owned(), parameters })
}

/// What follows `pub(crate) async fn `.
fn function(text: &str) -> Result<Command, String> {
    let (head, rest) = text.split_once('(').ok_or("a function without parameters")?;
    let name = head.split('<').next().unwrap_or_default().trim();
    let end = closing(rest).ok_or(format!("no end of the parameters of {name}"))?;
    Ok(Command { name: name.to_owned(), parameters: parameters(&rest[..end])? })
}

/// Where the parenthesis that was opened before the text is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 1;
    text.char_indices().find_map(|(at, c)| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        (depth == 0).then_some(at)
    })
}

fn parameters(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for c in text.chars() {
        depth += i32::from("<([".contains(c)) - i32::from(">)]".contains(c));
        match parts.last_mut() {
            Some(_) if c == ',' && depth == 0 => parts.push(String::new()),
            Some(last) => last.push(c),
            None => {}
        }
    }
    let parts = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, kind) = part.split_once(':').ok_or(format!("no type in {part:?}"))?;
            Ok((name.trim().to_owned(), kind.split_whitespace().collect::<Vec<_>>().join(" ")))
        })
        .collect()
}

/// The line of `answer` that calls a command with what the page gave.
fn arm(module: &str, command: &Command) -> String {
    let name = &command.name;
    let given: Vec<String> = command
        .parameters
        .iter()
        .map(|(name, kind)| match kind.split('<').next().unwrap_or_default() {
            "AppHandle" => "app.clone()".to_owned(),
            "Core" => "app.desk()".to_owned(),
            "WebviewWindow" => "app.window()".to_owned(),
            "Channel" => format!("given.channel(app, {:?})?", camel(name)),
            _ => format!("given.take({:?})?", camel(name)),
        })
        .collect();
    format!("{name:?} => crate::given::told({module}::{name}({}).await),\n", given.join(", "))
}

/// `person_id` as the page writes it: `personId`.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |camel, word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        camel + &initial.to_uppercase() + rest
    })
}
