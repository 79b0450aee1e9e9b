//! Templates with sample inputs in the place of their variables: two versions, or a draft beside a
//! version.
//!
//! Invariant: samples are kept for nobody: they live in the comparison that the page has open, and go
//! with it. Nothing is recorded, signed or decided about them. A protected text is rendered once it
//! was revealed.

use governance::SubjectRecord;
use governance::template::{self, Rendered, Samples};
use governance::text::{PROMPT_LIMIT, PromptText};
use ledger::{Digest, Name, ResourceType};

use super::changes::named;
use super::compared::{Compared, plain};
use super::reading::Reading;
use super::{Answer, Desk};
use crate::diff::line_count;
use crate::failure::ConsoleError;
use crate::hidden;
use crate::session::off_thread;
use crate::views::{DiffSide, RenderDraft, RenderedView, VariableView};

/// Most sample inputs.
const SAMPLES: usize = 1_000;

/// A template on its way to be shown.
struct Template {
    text: String,
    side: DiffSide,
}

impl Desk {
    /// Renders a version, or a draft, beside another version, both with the same sample inputs.
    pub async fn render_prompt(&self, draft: RenderDraft) -> Answer<RenderedView> {
        self.answer(async {
            let samples = samples(&draft)?;
            let reading = self.reading((ResourceType::Prompt, &draft.name)).await?;
            let versions = match draft.name.as_str() {
                "" => Vec::new(),
                name => reading.prompt_versions(&Name::parse(name)?).await?,
            };
            let find = |version: u32| named(&versions, &version.to_string());
            let base = if draft.base == 0 { None } else { Some(find(draft.base)?) };
            let version = match draft.text {
                Some(_) => None,
                None => Some(find(draft.version)?),
            };
            reading.demand_revealed([base.as_ref(), version.as_ref()]).await?;
            let left = match &base {
                Some(base) => Some(reading.template(base).await?),
                None => None,
            };
            let right = match (&version, draft.text) {
                (Some(version), _) => reading.template(version).await?,
                (None, text) => reading.drafted(text.unwrap_or_default())?,
            };
            let bases = reading.bases(&versions).await?;
            let both = off_thread(move || rendered(left, right, &samples)).await??;
            let (mut compared, variables, unused) = both;
            compared.bases = bases;
            let asked = (ResourceType::Prompt, draft.name);
            let mut diff = self.show(&reading, asked, compared, draft.whitespace).await?;
            // They would be of the rendered text: its numbers and variables are the samples'.
            diff.facts.clear();
            Ok(RenderedView { diff, variables, unused })
        })
        .await
    }
}

impl Reading {
    async fn template(&self, version: &SubjectRecord) -> Result<Template, ConsoleError> {
        let text = self.text_of(Some(version)).await?.unwrap_or_default();
        let text = plain(text);
        let side = self.side(version, &text);
        Ok(Template { text: text.read.text, side })
    }

    /// What is being written; it may be empty still.
    fn drafted(&self, text: String) -> Result<Template, ConsoleError> {
        if text.len() > PROMPT_LIMIT {
            PromptText::parse(&text)?;
        }
        let side = DiffSide {
            version: "draft".to_owned(),
            author: self.names.title(&self.session.person),
            at: self.now.to_string(),
            lines: line_count(&text),
            digest: Digest::of(text.as_bytes()).to_hex(),
        };
        Ok(Template { text, side })
    }
}

fn samples(draft: &RenderDraft) -> Result<Samples, ConsoleError> {
    if draft.samples.len() > SAMPLES {
        return Err(ConsoleError::Input { what: "sample inputs", reason: "at most 1,000" });
    }
    let samples = draft.samples.iter();
    Ok(samples.map(|sample| (sample.name.clone(), sample.value.clone())).collect())
}

type Both = (Compared, Vec<VariableView>, Vec<String>);

fn rendered(
    left: Option<Template>,
    right: Template,
    samples: &Samples,
) -> Result<Both, ConsoleError> {
    let before = match &left {
        Some(left) => Some(template::render(&left.text, samples)?),
        None => None,
    };
    let after = template::render(&right.text, samples)?;
    let variables = variables(left.as_ref(), &right, samples);
    let taken_left = before.as_ref().map(|before| before.unused.as_slice());
    let is_unused = |name: &&String| taken_left.is_none_or(|unused| unused.contains(name));
    let unused = after.unused.iter().filter(is_unused).map(|name| hidden::drawn(name)).collect();
    let mut compared = Compared::of(plain(after.text), right.side);
    compared.left = left.zip(before).map(|(left, Rendered { text, .. })| (plain(text), left.side));
    Ok((compared, variables, unused))
}

/// Those of the right text, then those that only the left one has.
fn variables(left: Option<&Template>, right: &Template, samples: &Samples) -> Vec<VariableView> {
    let (of_left, of_right) = (
        left.map_or_else(Vec::new, |left| template::find(&left.text)),
        template::find(&right.text),
    );
    let in_left: std::collections::HashSet<&str> = of_left.iter().copied().collect();
    let in_right: std::collections::HashSet<&str> = of_right.iter().copied().collect();
    let only_left = of_left.iter().filter(|name| !in_right.contains(**name));
    let all = of_right.iter().chain(only_left);
    all.map(|name| VariableView {
        name: (*name).to_owned(),
        shown: hidden::drawn(name),
        left: in_left.contains(name),
        right: in_right.contains(name),
        given: samples.contains_key(*name),
    })
    .collect()
}
