#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/cli/session.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

QString hubSentence(const fleet::HubFact &hub)
{
    if (!hub.trouble.isEmpty())
        return u"could not be asked: "_s + hub.trouble;
    if (!hub.found)
        return u"does not know it"_s;
    return u"%1, %2%3"_s.arg(hub.enabled ? u"enabled"_s : u"disabled"_s, hub.connected ? u"connected"_s : u"not connected"_s,
        hub.lastActivity.isEmpty() ? QString() : u", last active "_s + hub.lastActivity);
}

QString enrollmentSentence(const fleet::Enrollment &enrollment)
{
    QStringList hubs;
    for (const HubHostName &hub : enrollment.hubs)
        hubs.append(hub.text());
    return u"%1 \"%2\", %3, %4"_s.arg(enrollment.kind == fleet::Enrollment::Kind::Group ? u"group"_s : u"individual"_s, enrollment.id,
        enrollment.enabled ? u"enabled"_s : u"disabled"_s, hubs.isEmpty() ? u"any linked hub"_s : hubs.join(u", "_s));
}

QString registrationSentence(const fleet::RegistrationFact &registration)
{
    QString text = registration.status;
    if (!registration.hub.isEmpty())
        text += u" to "_s + registration.hub;
    if (!registration.substatus.isEmpty())
        text += u", "_s + registration.substatus;
    return text + (registration.lastUpdated.isEmpty() ? QString() : u", "_s + registration.lastUpdated);
}

void show(Terminal &out, const engine::Inspection &page)
{
    out.line(out.painted(page.diagnosis.tone, page.diagnosis.sentence));
    if (!page.diagnosis.suggestion.isEmpty())
        out.line(page.diagnosis.suggestion);
    out.line();
    out.line(u"Enrollment    "_s + (page.seen.enrollment ? enrollmentSentence(*page.seen.enrollment) : u"none known"_s));
    out.line(u"Registration  "_s + (page.seen.registration ? registrationSentence(*page.seen.registration) : u"none"_s));
    for (const fleet::HubFact &hub : page.seen.hubs) {
        out.line(u"%1 %2"_s.arg(hub.stamp.leftJustified(13), hubSentence(hub)));
        if (hub.tags)
            out.line(u"              tags %1 desired %2 reported %3"_s.arg(QString::fromUtf8(*hub.tags),
                QString::fromUtf8(hub.desired.value_or("{}")), QString::fromUtf8(hub.reported.value_or("{}"))));
    }
    out.line();
    out.line(page.history.empty() ? u"History       nothing in this journal"_s : u"History"_s);
    for (const migration::HistoryLine &line : page.history)
        out.line(u"  %1  %2  %3"_s.arg(shown(line.at), line.run, line.sentence));
    out.line(u"Requests"_s);
    for (const backend::Exchange &request : page.requests)
        out.line(u"  %1 %2%3 → %4 in %5 ms"_s.arg(request.verb, request.host, request.path).arg(request.status).arg(request.took.count()));
}

Json hubObject(const fleet::HubFact &hub)
{
    const auto json = [](const std::optional<QByteArray> &text) { return text ? parseJson(*text).value_or(Json(nullptr)) : Json(nullptr); };
    return {{"hub", toStd(hub.hub)}, {"stamp", toStd(hub.stamp)}, {"found", hub.found}, {"connected", hub.connected},
        {"enabled", hub.enabled}, {"lastActivity", toStd(hub.lastActivity)}, {"trouble", toStd(hub.trouble)}, {"tags", json(hub.tags)},
        {"desired", json(hub.desired)}, {"reported", json(hub.reported)}};
}

Json pageObject(const engine::Inspection &page)
{
    Json hubs = Json::array();
    for (const fleet::HubFact &hub : page.seen.hubs)
        hubs.push_back(hubObject(hub));
    Json history = Json::array();
    for (const migration::HistoryLine &line : page.history)
        history.push_back({{"at", iso(line.at)}, {"run", toStd(line.run)}, {"sentence", toStd(line.sentence)}});
    Json requests = Json::array();
    for (const backend::Exchange &request : page.requests)
        requests.push_back({{"method", toStd(request.verb)}, {"host", toStd(request.host)}, {"path", toStd(request.path)},
            {"status", request.status}, {"ms", request.took.count()}});
    const auto &registration = page.seen.registration;
    return {{"asked", toStd(page.seen.asked)}, {"diagnosis", toStd(page.diagnosis.id)}, {"tone", toStd(fleet::toneName(page.diagnosis.tone))},
        {"sentence", toStd(page.diagnosis.sentence)}, {"suggestion", toStd(page.diagnosis.suggestion)},
        {"enrollment", page.seen.enrollment ? parseJson(page.seen.enrollment->raw).value_or(Json(nullptr)) : Json(nullptr)},
        {"registration", registration ? Json{{"registrationId", toStd(registration->registrationId)}, {"deviceId", toStd(registration->deviceId)},
                                            {"hub", toStd(registration->hub)}, {"status", toStd(registration->status)},
                                            {"substatus", toStd(registration->substatus)}, {"errorCode", registration->errorCode}}
                                      : Json(nullptr)},
        {"hubs", std::move(hubs)}, {"history", std::move(history)}, {"requests", std::move(requests)}};
}

QCoro::Task<int> run(Session &session)
{
    const Result<engine::Engine *> engine = co_await session.onlooker();
    if (!engine)
        co_return session.out().error(engine.error());
    const Result<engine::Inspection> page = co_await (*engine)->inspect(session.argument(), std::stop_token());
    if (!page)
        co_return session.out().error(page.error());
    if (!page->matches.isEmpty()) {
        const QString more = page->matches.size() >= engine::Inspector::mostMatches ? u" and perhaps more"_s : QString();
        co_return session.out().error({.kind = ErrorKind::Usage,
            .what = u"Several devices begin with \"%1\": %2%3."_s.arg(session.argument(), page->matches.join(u", "_s), more),
            .remedy = u"Name one of them."_s});
    }
    if (session.out().json())
        session.out().object(pageObject(*page));
    else
        show(session.out(), *page);
    const QString &found = page->diagnosis.id;
    co_return found.startsWith(u"unknown"_s) || found == u"other-case"_s || found == u"unreachable"_s ? Failed : Done;
}

} // namespace

Command inspectCommand()
{
    return {.name = u"inspect"_s, .arguments = u"ID"_s, .positional = 1,
        .summary = u"Say where one device really is, and whether that is right"_s,
        .lesson = uR"lesson(ID is a device ID, a registration ID, or the beginning of one. Enrollment, registration state and the identity
and twin on every hub are read now; below them stand what this journal did to the device, and the requests made.

  droverctl inspect meter-0042)lesson"_s,
        .run = run};
}

} // namespace drover::cli
