use chrono::{DateTime, Datelike, NaiveDate, Utc};
use kernel::{LessonId, PersonId};
use serde::Serialize;
use uuid::Uuid;
use web::{
    FormState, Member, Views,
    chart::{self, ColumnChart, Stack},
};

use super::{
    super::lesson::fresh,
    diary::{FileLink, files},
};
use crate::{
    HandedIn,
    service::{DayLoad, HomeworkPage, MyHomework},
};

#[derive(Serialize)]
pub(crate) struct HomeworkView {
    /// The page itself; what can be done is below it.
    href: String,
    lesson_href: String,
    grid_href: String,
    class: String,
    subject: String,
    held_on: NaiveDate,
    number: i16,
    topic: String,
    homework: String,
    minutes: Option<i16>,
    over_norm: Option<(String, String)>,
    /// The load of the week against the norm (`ux.md` §5.5).
    week: Option<ColumnChart>,
    files: Vec<FileLink>,
    /// Those who handed in first.
    answers: Vec<AnswerLine>,
    silent: Vec<String>,
    targets: Vec<TargetLine>,
    writable: bool,
    /// The id of the form for a file: sent twice it is taken once.
    form_id: Uuid,
    form: FormState,
}

#[derive(Serialize)]
struct AnswerLine {
    pupil: PersonId,
    name: String,
    #[serde(flatten)]
    answer: AnswerView,
}

#[derive(Serialize)]
struct AnswerView {
    text: String,
    state: &'static str,
    comment: String,
    version: i32,
    handed_at: Option<DateTime<Utc>>,
    files: Vec<FileLink>,
}

#[derive(Serialize)]
struct TargetLine {
    lesson: LessonId,
    class: String,
    held_on: NaiveDate,
}

fn answer(org: &str, it: HandedIn) -> AnswerView {
    AnswerView {
        text: it.text,
        state: it.state.code(),
        comment: it.comment,
        version: it.version,
        handed_at: it.handed_at,
        files: files(org, it.files),
    }
}

/// «1,5» hours of 90 minutes.
fn hours(minutes: i16) -> String {
    let tenths = (i32::from(minutes) * 10 + 30) / 60;
    let (whole, rest) = (tenths / 10, tenths % 10);
    if rest == 0 {
        whole.to_string()
    } else {
        format!("{whole},{rest}")
    }
}

/// Days as columns of subjects; none while nobody said how long anything takes.
fn week(views: &Views, days: &[DayLoad], norm: i16) -> Option<ColumnChart> {
    let whole = |it: i16| u32::try_from(it).unwrap_or(0);
    let say = |key: &str, minutes: i16| {
        let args = [("n".to_owned(), hours(minutes))];
        views.phrase(key, &args.into())
    };
    let said = |minutes: i16| say("diary.load-hours", minutes);
    let stacks = days.iter().map(|day| {
        let name = kernel::dates::show_weekday(day.on.weekday()).to_owned();
        let sum: i16 = day.subjects.iter().map(|it| it.2).sum();
        let part = |(name, short, minutes): &(String, String, i16)| {
            let title = format!("{name}: {}", said(*minutes));
            (short.clone(), title, whole(*minutes))
        };
        Stack {
            name,
            label: if sum == 0 { String::new() } else { said(sum) },
            parts: day.subjects.iter().map(part).collect(),
        }
    });
    let stacks: Vec<Stack> = stacks.collect();
    let line = say("diary.load-norm", norm);
    chart::stacks(&stacks, (norm > 0).then(|| (whole(norm), line)))
}

pub(crate) fn homework(
    page: HomeworkPage,
    views: &Views,
    member: &Member,
    form: FormState,
) -> HomeworkView {
    let org = member.visit.membership().map_or("", |it| it.code.as_str());
    let lesson = member.path(&format!("/journal/lesson/{}", page.lesson));
    let mut answers = vec![];
    let mut silent = vec![];
    for (pupil, name, found) in page.pupils {
        match found {
            Some(it) => answers.push(AnswerLine {
                pupil,
                name,
                answer: answer(org, it),
            }),
            None => silent.push(name),
        }
    }
    HomeworkView {
        href: format!("{lesson}/homework"),
        grid_href: member.path(&format!("/journal/{}/{}", page.class.id, page.subject_id)),
        lesson_href: lesson,
        class: page.class.name(),
        subject: page.subject,
        held_on: page.held_on,
        number: page.number,
        topic: page.topic,
        homework: page.homework,
        minutes: page.minutes,
        over_norm: page
            .over_norm
            .map(|(minutes, norm)| (hours(minutes), hours(norm))),
        week: week(views, &page.week, page.norm),
        files: files(org, page.files),
        answers,
        silent,
        targets: page
            .targets
            .into_iter()
            .map(|it| TargetLine {
                lesson: it.lesson,
                class: it.class,
                held_on: it.held_on,
            })
            .collect(),
        writable: page.writable,
        form_id: fresh(),
        form,
    }
}

#[derive(Serialize)]
pub(crate) struct MyHomeworkView {
    href: String,
    child: String,
    name: String,
    class: String,
    subject: String,
    teacher: String,
    held_on: NaiveDate,
    topic: String,
    homework: String,
    minutes: Option<i16>,
    files: Vec<FileLink>,
    answer: Option<AnswerView>,
    own: bool,
    done: bool,
    back: String,
    /// The answer sent twice is handed in once.
    form_id: Uuid,
    form: FormState,
}

pub(crate) fn my_homework(page: MyHomework, org: &str, form: FormState) -> MyHomeworkView {
    let child = format!("{org}:{}", page.child.pupil);
    MyHomeworkView {
        href: format!("/my/homework/{}", page.lesson),
        back: format!("/my/diary/week?child={child}&week={}", page.held_on),
        child,
        name: page.child.name,
        class: page.class,
        subject: page.subject,
        teacher: page.teacher,
        held_on: page.held_on,
        topic: page.topic,
        homework: page.homework,
        minutes: page.minutes,
        files: files(org, page.files),
        answer: page.answer.map(|it| answer(org, it)),
        own: page.own,
        done: page.done,
        form_id: fresh(),
        form,
    }
}

#[cfg(test)]
mod tests {
    use super::hours;

    #[test]
    fn hours_have_one_place_at_most() {
        assert_eq!([90, 120, 150, 100].map(hours), ["1,5", "2", "2,5", "1,7"]);
    }
}
