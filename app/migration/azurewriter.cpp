#include "app/migration/azureeffects.h"

#include "models/core/exactjson.h"

using namespace Qt::StringLiterals;

// Enrollment writes. Nothing here is ever repeated: what became of a write that got no answer is read.
namespace drover::migration {
namespace {

using run::WriteOutcome;
using run::WriteResult;

/// Members that the service owns, or keeps to itself.
const std::array<const char *, 5> volatileMembers
    = {"etag", "createdDateTimeUtc", "lastUpdatedDateTimeUtc", "registrationState", "attestation"};

/// Everything wanted is there; the service may have added defaults.
bool holds(const Json &actual, const Json &wanted)
{
    if (!wanted.is_object() || !actual.is_object())
        return actual == wanted || (wanted.is_null() && actual.is_null());
    return std::ranges::all_of(wanted.items(), [&actual](const auto &member) {
        if (!actual.contains(member.key()))
            return member.value().is_null();
        return holds(actual[member.key()], member.value());
    });
}

bool isWritten(const QByteArray &actual, const QByteArray &wanted)
{
    const auto there = parseExactJson(actual, Numbers::ByValue);
    auto asked = parseExactJson(wanted, Numbers::ByValue);
    if (!there || !asked || !asked->is_object())
        return false;
    for (const char *name : volatileMembers)
        asked->erase(name);
    return holds(*there, *asked);
}

QString shortened(const QByteArray &raw)
{
    constexpr qsizetype most = 600;
    const QString text = QString::fromUtf8(raw);
    return text.size() > most ? text.first(most) + u'…' : text;
}

QString bothVersions(const EnrollmentSnapshot &before, const fleet::Enrollment &now)
{
    return u"read before: %1; there now: %2"_s.arg(
        before.raw.isEmpty() ? u"nothing"_s : shortened(before.raw), shortened(now.raw));
}

QString bare(QString etag)
{
    return etag.remove(u'"');
}

WriteResult itemResult(int code)
{
    const int status = code >= 1000 ? code / 1000 : code;
    if (status == 409 || status == 412 || status == 404)
        return WriteResult::Conflict;
    return status == 429 || status >= 500 ? WriteResult::NotSent : WriteResult::Rejected;
}

} // namespace

QCoro::Task<Result<void>> AzureEffects::learnGroup(QString group)
{
    if (m_groups.contains(group))
        co_return {};
    const Result<fleet::Enrollment> record = co_await m_services.dps().get(fleet::Enrollment::Kind::Group, group, {});
    if (!record)
        co_return Failure(record.error());
    const Result<QByteArray> keys = co_await m_services.dps().attestation(fleet::Enrollment::Kind::Group, group, {});
    if (!keys)
        co_return Failure(keys.error());
    m_groups.insert(group, {.raw = record->raw, .keys = *keys});
    co_return {};
}

QCoro::Task<Result<QByteArray>> AzureEffects::newRecord(run::StepIndex index, bool withKeys)
{
    const plan::Step change = step(index);
    if (change.strategy == plan::Strategy::SplitOut) {
        if (const Result<void> learned = co_await learnGroup(change.group); !learned)
            co_return Failure(learned.error());
        const Group group = m_groups.value(change.group);
        co_return fleet::splitOut(group.raw, group.keys, change.enrollment, change.target);
    }
    const EnrollmentSnapshot before = m_before.value(index);
    const Result<fleet::Enrollment> parsed = fleet::parseEnrollment(before.raw);
    if (!parsed)
        co_return Failure(parsed.error());
    QByteArray keys;
    // Whether a write without its keys keeps them is not documented; losing them would strand the devices.
    if (withKeys && parsed->attestation == fleet::Attestation::SymmetricKey) {
        Result<QByteArray> mechanism = co_await m_services.dps().attestation(kindOf(change), change.enrollment, {});
        if (!mechanism)
            co_return Failure(mechanism.error());
        keys = std::move(*mechanism);
    }
    if (!change.record.isEmpty())
        co_return fleet::restored(change.record, keys, before.etag);
    co_return fleet::repointed(before.raw, change.target, keys);
}

/// An error of the write itself; what came before it never counts as sent.
QCoro::Task<WriteOutcome> AzureEffects::outcomeOf(run::StepIndex index, Error error)
{
    WriteOutcome outcome{
        .step = index, .result = WriteResult::Rejected, .why = u"%1. %2"_s.arg(error.what, error.remedy)};
    switch (error.kind) {
    case ErrorKind::Offline:
    case ErrorKind::Cancelled:
    case ErrorKind::Malformed:
        outcome.result = WriteResult::Unknown;
        break;
    case ErrorKind::Throttled:
        outcome.result = WriteResult::NotSent;
        outcome.why.clear();
        break;
    case ErrorKind::Unauthorized:
        outcome.result = WriteResult::NotSent;
        break;
    case ErrorKind::Conflict:
    case ErrorKind::NotFound: {
        outcome.result = WriteResult::Conflict;
        const Result<fleet::Enrollment> now
            = co_await m_services.dps().get(kindOf(step(index)), step(index).enrollment, {});
        if (now)
            outcome.why = bothVersions(m_before.value(index), *now);
        // One that was delivered twice conflicts with itself.
        if (now && step(index).strategy != plan::Strategy::Remove) {
            const run::ReadBackDone there = co_await readBack(index);
            outcome.result = there.verdict == run::ReadVerdict::AsPlanned ? WriteResult::Done : WriteResult::Conflict;
        }
        break;
    }
    default:
        break;
    }
    co_return outcome;
}

namespace {

/// Reading the keys failed: the record was not touched.
WriteOutcome notSent(run::StepIndex index, const Error &error)
{
    const bool passing = error.isTransient() || error.kind == ErrorKind::Cancelled;
    if (passing)
        return {.step = index, .result = WriteResult::NotSent, .why = {}};
    const bool person = error.kind == ErrorKind::Unauthorized;
    return {.step = index,
        .result = person ? WriteResult::NotSent : WriteResult::Rejected,
        .why = u"%1. %2"_s.arg(error.what, error.remedy)};
}

} // namespace

QCoro::Task<WriteOutcome> AzureEffects::writeGroup(run::StepIndex index)
{
    const Result<QByteArray> body = co_await newRecord(index, true);
    if (!body)
        co_return notSent(index, body.error());
    const EnrollmentSnapshot before = m_before.value(index);
    const Result<fleet::Enrollment> written
        = co_await m_services.dps().put(fleet::Enrollment::Kind::Group, before.id, *body, before.etag, {});
    if (!written)
        co_return co_await outcomeOf(index, written.error());
    co_return WriteOutcome{.step = index, .result = WriteResult::Done, .why = {}};
}

QCoro::Task<std::vector<WriteOutcome>> AzureEffects::writeBulk(std::vector<run::StepIndex> steps)
{
    std::vector<WriteOutcome> outcomes;
    std::vector<run::StepIndex> sent;
    std::vector<QByteArray> bodies;
    std::vector<QCoro::Task<Result<QByteArray>>> making;
    // Its answer is there for all ten; without it they would ask for the same group ten times.
    if (const plan::Step first = step(steps.front()); first.strategy == plan::Strategy::SplitOut) {
        if (const Result<void> learned = co_await learnGroup(first.group); !learned) {
            for (const run::StepIndex index : steps)
                outcomes.push_back(notSent(index, learned.error()));
            co_return outcomes;
        }
    }
    for (const run::StepIndex index : steps)
        making.push_back(newRecord(index, true));
    for (size_t i = 0; i < steps.size(); ++i) {
        Result<QByteArray> body = co_await making[i];
        if (!body) {
            outcomes.push_back(notSent(steps[i], body.error()));
            continue;
        }
        sent.push_back(steps[i]);
        bodies.push_back(std::move(*body));
    }
    if (sent.empty())
        co_return outcomes;
    const bool creates = step(sent.front()).strategy == plan::Strategy::SplitOut;
    const backend::BulkMode mode = creates ? backend::BulkMode::Create : backend::BulkMode::UpdateIfMatchETag;
    const Result<std::vector<backend::BulkItemError>> answer
        = co_await m_services.dps().bulk(mode, std::move(bodies), {});
    for (const run::StepIndex index : sent) {
        if (!answer) {
            outcomes.push_back(co_await outcomeOf(index, answer.error()));
            continue;
        }
        const auto refused = std::ranges::find_if(*answer, [&](const backend::BulkItemError &item) {
            return item.id.compare(step(index).enrollment, Qt::CaseInsensitive) == 0;
        });
        WriteOutcome outcome{.step = index, .result = WriteResult::Done, .why = {}};
        if (refused != answer->end()) {
            outcome.result = itemResult(refused->code);
            outcome.why = outcome.result == WriteResult::NotSent ? QString()
                                                                 : u"%1 (%2)"_s.arg(refused->status).arg(refused->code);
            if (outcome.result == WriteResult::Conflict) {
                const Error conflict{.kind = ErrorKind::Conflict, .what = outcome.why, .remedy = {}};
                outcome = co_await outcomeOf(index, conflict);
            }
        }
        outcomes.push_back(std::move(outcome));
    }
    co_return outcomes;
}

QCoro::Task<Result<bool>> AzureEffects::isHandedBack(run::StepIndex index, fleet::Enrollment now)
{
    if (handsBack(index)) {
        const Result<QByteArray> written
            = co_await newRecord(m_bringing.value(step(index).enrollment.toLower()), false);
        if (!written)
            co_return Failure(written.error());
        co_return isWritten(now.raw, *written);
    }
    const EnrollmentSnapshot before = m_before.value(m_bringing.value(step(index).enrollment.toLower(), -1));
    const Result<QByteArray> wanted = fleet::repointed(before.raw, step(index).target, {});
    co_return wanted && fleet::differingMembers(*wanted, now.raw).isEmpty();
}

/// Its device is where it should be. It is read once more, so that only the version that this run wrote is deleted.
QCoro::Task<WriteOutcome> AzureEffects::removeOne(run::StepIndex index)
{
    const QString id = step(index).enrollment;
    const Result<std::optional<fleet::Enrollment>> found = co_await find(fleet::Enrollment::Kind::Individual, id, {});
    if (!found)
        co_return notSent(index, found.error());
    // That it is not there is not said on one answer alone: it is read again.
    WriteOutcome done{.step = index, .result = WriteResult::Unknown, .why = {}};
    if (!*found)
        co_return done;
    const Result<bool> ours = co_await isHandedBack(index, **found);
    if (!ours)
        co_return notSent(index, ours.error());
    if (!*ours) {
        done.result = WriteResult::Conflict;
        done.why = bothVersions(m_before.value(m_bringing.value(id.toLower(), -1)), **found);
        co_return done;
    }
    const Result<void> removed
        = co_await m_services.dps().remove(fleet::Enrollment::Kind::Individual, id, (*found)->etag, {});
    if (!removed && removed.error().kind == ErrorKind::NotFound)
        co_return done;
    if (!removed)
        co_return co_await outcomeOf(index, removed.error());
    done.result = WriteResult::Done;
    co_await tellOfGroup(index);
    co_return done;
}

/// DPS lists a device under its group again once it has registered with it; it is home already, so this may fail.
QCoro::Task<> AzureEffects::tellOfGroup(run::StepIndex index)
{
    constexpr std::chrono::seconds patience(10);
    const auto device = m_byRegistration.constFind(step(index).enrollment.toLower());
    backend::HubClient *hub = m_services.hub(step(index).target.text());
    if (device == m_byRegistration.cend() || !hub || m_plan.options.method.isEmpty() || m_toldOfGroup.contains(index))
        co_return;
    m_toldOfGroup.insert(index);
    const Result<backend::MethodAnswer> told = co_await hub->invoke(
        m_plan.devices[size_t(*device)].deviceId, m_plan.options.method, QByteArrayLiteral("{}"), patience, {});
    Q_UNUSED(told)
}

QCoro::Task<std::vector<WriteOutcome>> AzureEffects::removeAll(std::vector<run::StepIndex> steps)
{
    constexpr size_t atOnce = 10;
    std::vector<WriteOutcome> outcomes;
    std::vector<run::StepIndex> allowed;
    std::map<std::pair<QString, HubHostName>, Result<QString>> groups;
    for (const run::StepIndex index : steps) {
        const plan::Step change = step(index);
        const std::pair key(change.group.toLower(), change.target);
        auto asked = groups.find(key);
        if (asked == groups.end())
            asked = groups.emplace(key, co_await whyNotLeftTo(change.group, change.target)).first;
        if (!asked->second)
            outcomes.push_back(notSent(index, asked->second.error()));
        else if (!asked->second->isEmpty())
            outcomes.push_back({.step = index, .result = WriteResult::Rejected, .why = *asked->second});
        else
            allowed.push_back(index);
    }
    co_await forEach(std::move(allowed), atOnce, [this, &outcomes](run::StepIndex index) -> QCoro::Task<> {
        WriteOutcome outcome = co_await removeOne(index);
        outcomes.push_back(std::move(outcome));
    });
    co_return outcomes;
}

/// A device without an enrollment of its own goes where its group says, and nowhere without one: looked at just before.
QCoro::Task<Result<QString>> AzureEffects::whyNotLeftTo(QString group, HubHostName hub)
{
    if (group.isEmpty())
        co_return QString();
    const Result<std::optional<fleet::Enrollment>> found = co_await find(fleet::Enrollment::Kind::Group, group, {});
    if (!found)
        co_return Failure(found.error());
    if (!*found)
        co_return u"group %1 is not there any more"_s.arg(group);
    if (!(*found)->enabled)
        co_return u"group %1 is disabled"_s.arg(group);
    if ((*found)->hubs != std::vector<HubHostName>{hub})
        co_return u"group %1 does not name %2 alone"_s.arg(group, hub.text());
    co_return QString();
}

QCoro::Task<std::vector<WriteOutcome>> AzureEffects::write(std::vector<run::StepIndex> steps)
{
    if (step(steps.front()).strategy == plan::Strategy::Remove) {
        co_return co_await removeAll(std::move(steps));
    }
    if (step(steps.front()).strategy != plan::Strategy::RepointGroup)
        co_return co_await writeBulk(std::move(steps));
    std::vector<WriteOutcome> outcomes;
    for (const run::StepIndex index : steps)
        outcomes.push_back(co_await writeGroup(index));
    co_return outcomes;
}

QCoro::Task<run::ReadBackDone> AzureEffects::readRemoval(
    run::StepIndex index, std::optional<fleet::Enrollment> found)
{
    using run::ReadVerdict;
    run::ReadBackDone done{.step = index, .verdict = ReadVerdict::AsPlanned, .why = {}};
    // Whoever deleted it may have ended before its device was told.
    if (!found)
        co_await tellOfGroup(index);
    if (!found && handsBack(index))
        co_return co_await whereHandedBack(index);
    if (!found)
        co_return done;
    const Result<bool> ours = co_await isHandedBack(index, *found);
    if (!ours) {
        done.verdict = ReadVerdict::NoAnswer;
        done.why = ours.error().what;
        co_return done;
    }
    done.verdict = *ours ? ReadVerdict::AsBefore : ReadVerdict::Different;
    if (!*ours)
        done.why = bothVersions(m_before.value(m_bringing.value(step(index).enrollment.toLower(), -1)), *found);
    co_return done;
}

QCoro::Task<run::ReadBackDone> AzureEffects::readBack(run::StepIndex index)
{
    using run::ReadVerdict;
    run::ReadBackDone done{.step = index, .verdict = ReadVerdict::NoAnswer, .why = {}};
    const Result<std::optional<fleet::Enrollment>> found
        = co_await find(kindOf(step(index)), step(index).enrollment, {});
    if (!found) {
        done.why = u"%1. %2"_s.arg(found.error().what, found.error().remedy);
        co_return done;
    }
    if (step(index).strategy == plan::Strategy::Remove)
        co_return co_await readRemoval(index, std::optional<fleet::Enrollment>(*found));
    const EnrollmentSnapshot before = m_before.value(index);
    const bool wasThere = !before.raw.isEmpty();
    if (!*found || (wasThere && bare((*found)->etag) == bare(before.etag))) {
        done.verdict = found->has_value() == wasThere ? ReadVerdict::AsBefore : ReadVerdict::Different;
        done.why = done.verdict == ReadVerdict::Different ? u"it is not there any more"_s : QString();
        co_return done;
    }
    const Result<QByteArray> wanted = co_await newRecord(index, false);
    if (!wanted && wanted.error().isTransient()) {
        done.why = wanted.error().what;
        co_return done;
    }
    const QByteArray kept = step(index).record;
    const bool ours = wanted
        && (kept.isEmpty() ? isWritten((*found)->raw, *wanted)
                           : fleet::differingMembers(kept, (*found)->raw).isEmpty());
    done.verdict = ours ? ReadVerdict::AsPlanned : ReadVerdict::Different;
    if (!ours)
        done.why = bothVersions(before, **found);
    co_return done;
}

} // namespace drover::migration
