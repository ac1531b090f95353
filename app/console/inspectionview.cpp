#include "app/console/inspectionview.h"

#include "app/console/stampnames.h"
#include "ui/common/format.h"

#include <QDateTime>

using namespace Qt::StringLiterals;

namespace drover::console {
namespace {

using fleet::DeviceEvidence;
using fleet::HubFact;
using ui::Tone;

Tone toneOf(fleet::Tone tone)
{
    switch (tone) {
    case fleet::Tone::Good: return Tone::Good;
    case fleet::Tone::Progress: return Tone::Progress;
    case fleet::Tone::Warn: return Tone::Warn;
    case fleet::Tone::Bad: return Tone::Bad;
    case fleet::Tone::Neutral: break;
    }
    return Tone::Neutral;
}

QString stampOf(const DeviceEvidence &seen, const QString &hub)
{
    const auto found = std::ranges::find(seen.hubs, hub, &HubFact::hub);
    return found == seen.hubs.end() ? hub : found->stamp;
}

QString hubNames(const DeviceEvidence &seen, const fleet::Enrollment &enrollment)
{
    QStringList names;
    for (const HubHostName &hub : enrollment.hubs)
        names.append(stampOf(seen, hub.text()));
    return names.isEmpty() ? u"every linked hub"_s : names.join(u", "_s);
}

QString allocationName(fleet::Allocation allocation)
{
    switch (allocation) {
    case fleet::Allocation::Hashed: return u"evenly weighted"_s;
    case fleet::Allocation::GeoLatency: return u"lowest latency"_s;
    case fleet::Allocation::Static: return u"static"_s;
    case fleet::Allocation::Custom: return u"custom"_s;
    case fleet::Allocation::Default: break;
    }
    return u"as the DPS says"_s;
}

QString reprovisionName(fleet::Reprovision policy)
{
    switch (policy) {
    case fleet::Reprovision::Reset: return u"reset to the enrollment's data"_s;
    case fleet::Reprovision::Never: return u"never"_s;
    case fleet::Reprovision::Migrate: break;
    }
    return u"migrate data"_s;
}

QString attestationName(fleet::Attestation attestation)
{
    switch (attestation) {
    case fleet::Attestation::Tpm: return u"TPM"_s;
    case fleet::Attestation::X509: return u"X.509"_s;
    case fleet::Attestation::SymmetricKey: return u"symmetric key"_s;
    case fleet::Attestation::None: break;
    }
    return u"unknown attestation"_s;
}

/// Azure's time as a person's; the text itself when it is none.
QString timeText(const QString &azure)
{
    const QDateTime time = QDateTime::fromString(azure, Qt::ISODateWithMs).toLocalTime();
    return time.isValid() ? QLocale().toString(time, u"d MMM yyyy HH:mm:ss"_s) : azure;
}

ui::InspectionCard enrollmentCard(const DeviceEvidence &seen)
{
    ui::InspectionCard card;
    card.title = u"Enrollment"_s;
    if (!seen.enrollment) {
        card.rows.push_back({u"Record"_s, u"none was found"_s, Tone::Warn});
        return card;
    }
    const fleet::Enrollment &enrollment = *seen.enrollment;
    const bool group = enrollment.kind == fleet::Enrollment::Kind::Group;
    card.rows = {
        {group ? u"Group"_s : u"Registration ID"_s, enrollment.id},
        {u"Kind"_s, u"%1, %2"_s.arg(group ? u"group"_s : u"individual"_s, attestationName(enrollment.attestation))},
        {u"Status"_s, enrollment.enabled ? u"enabled"_s : u"disabled"_s, enrollment.enabled ? Tone::Neutral : Tone::Warn},
        {u"Allocation"_s, allocationName(enrollment.allocation)},
        {u"Hubs"_s, hubNames(seen, enrollment)},
        {u"Re-provision"_s, reprovisionName(enrollment.reprovision)},
        {u"ETag"_s, enrollment.etag},
    };
    return card;
}

ui::InspectionCard registrationCard(const DeviceEvidence &seen)
{
    ui::InspectionCard card;
    card.title = u"Registration"_s;
    if (!seen.dpsTrouble.isEmpty()) {
        card.rows.push_back({u"DPS"_s, seen.dpsTrouble, Tone::Bad});
        return card;
    }
    if (!seen.registration) {
        card.rows.push_back({u"Status"_s, u"never registered"_s, Tone::Warn});
        return card;
    }
    const fleet::RegistrationFact &fact = *seen.registration;
    card.rows = {
        {u"Status"_s, fact.status, fact.status == "assigned"_L1 ? Tone::Neutral : Tone::Warn},
        {u"Substatus"_s, fact.substatus.isEmpty() ? u"none"_s : fact.substatus},
        {u"Assigned hub"_s, fact.hub.isEmpty() ? u"none"_s : stampOf(seen, fact.hub)},
        {u"Device ID"_s, fact.deviceId},
        {u"Updated"_s, timeText(fact.lastUpdated)},
        {u"Error"_s, fact.errorCode == 0 ? u"none"_s : u"%1 %2"_s.arg(fact.errorCode).arg(fact.errorMessage),
            fact.errorCode == 0 ? Tone::Neutral : Tone::Bad},
    };
    return card;
}

/// How many top-level members a twin section has.
QString members(const std::optional<QByteArray> &section)
{
    if (!section)
        return u"not told"_s;
    const auto json = nlohmann::ordered_json::parse(section->begin(), section->end(), nullptr, false);
    return json.is_object() ? ui::counted(static_cast<qint64>(json.size()), u"member"_s, u"members"_s) : u"unreadable"_s;
}

ui::InspectionCard hubCard(const HubFact &hub)
{
    ui::InspectionCard card;
    card.title = u"Identity on %1"_s.arg(hub.stamp);
    if (!hub.found) {
        card.tone = Tone::Bad;
        card.rows.push_back({u"Hub"_s, hub.trouble, Tone::Bad});
        return card;
    }
    card.rows = {
        {u"Status"_s, hub.enabled ? u"enabled"_s : u"disabled"_s, hub.enabled ? Tone::Neutral : Tone::Warn},
        {u"Connection"_s, hub.connected ? u"connected"_s : u"disconnected"_s, hub.connected ? Tone::Good : Tone::Neutral},
        {u"Last activity"_s, hub.lastActivity.isEmpty() ? u"never"_s : timeText(hub.lastActivity)},
        {u"Tags"_s, members(hub.tags)},
        {u"Desired"_s, members(hub.desired)},
        {u"Reported"_s, members(hub.reported)},
    };
    return card;
}

ui::ChainNode nodeOf(const QString &caption, const QString &value, Tone tone)
{
    ui::ChainNode node;
    node.caption = caption;
    node.value = value;
    node.tone = tone;
    return node;
}

ui::ChainNode enrollmentNode(const DeviceEvidence &seen)
{
    ui::ChainNode node = nodeOf(u"Enrollment"_s, u"none"_s, Tone::Warn);
    if (!seen.enrollment)
        return node;
    const bool group = seen.enrollment->kind == fleet::Enrollment::Kind::Group;
    node.value = group ? u"group"_s : u"individual"_s;
    node.detail = group ? seen.enrollment->id : QString();
    node.tone = Tone::Neutral;
    node.arrow = u"names %1"_s.arg(hubNames(seen, *seen.enrollment));
    return node;
}

ui::ChainNode registrationNode(const DeviceEvidence &seen)
{
    ui::ChainNode node = nodeOf(u"DPS"_s, u"never registered"_s, Tone::Warn);
    if (!seen.registration)
        return node;
    node.value = seen.registration->status;
    node.detail = seen.registration->hub.isEmpty() ? QString() : stampOf(seen, seen.registration->hub);
    node.tone = Tone::Neutral;
    return node;
}

/// The identity where DPS says the device is, or one that should not be there.
ui::ChainNode hubNode(const HubFact &hub, bool assignedHere)
{
    const QString value = hub.connected ? u"connected"_s : hub.everActive ? u"identity, disconnected"_s : u"identity, never connected"_s;
    return nodeOf(u"Hub %1"_s.arg(hub.stamp), value, !assignedHere ? Tone::Bad : hub.connected ? Tone::Good : Tone::Warn);
}

std::vector<ui::ChainNode> chainOf(const DeviceEvidence &seen)
{
    std::vector<ui::ChainNode> chain{enrollmentNode(seen), registrationNode(seen)};
    const QString assigned = seen.registration ? seen.registration->hub : QString();
    std::vector<const HubFact *> holding;
    for (const HubFact &hub : seen.hubs)
        if (hub.found)
            holding.push_back(&hub);
    std::ranges::partition(holding, [&](const HubFact *hub) { return hub->hub == assigned; });
    for (const HubFact *hub : holding) {
        const bool here = hub->hub == assigned;
        chain.back().arrow = here ? u"assigned"_s : u"left behind"_s;
        chain.back().arrowTone = here ? Tone::Neutral : Tone::Bad;
        chain.push_back(hubNode(*hub, here));
    }
    if (holding.empty()) {
        chain.back().arrow = u"on no hub"_s;
        chain.back().arrowTone = Tone::Warn;
    }
    return chain;
}

} // namespace

ui::Inspection viewOf(const engine::Inspection &seen)
{
    ui::Inspection view;
    view.id = seen.seen.registration ? seen.seen.registration->registrationId : seen.seen.asked;
    view.tone = toneOf(seen.diagnosis.tone);
    view.sentence = seen.diagnosis.sentence;
    view.detail = seen.diagnosis.suggestion;
    view.action = QObject::tr("Look again");
    view.chain = chainOf(seen.seen);
    view.cards = {enrollmentCard(seen.seen), registrationCard(seen.seen)};
    for (const HubFact &hub : seen.seen.hubs)
        if (hub.found || !hub.trouble.isEmpty())
            view.cards.push_back(hubCard(hub));
    std::map<QString, QString> names;
    for (const HubFact &hub : seen.seen.hubs)
        names[hub.hub.toLower()] = hub.stamp;
    const StampNames stamps(std::move(names));
    for (const migration::HistoryLine &line : seen.history)
        view.history.insert(view.history.begin(), {ui::clockTime(line.at), Tone::Neutral, stamps.in(line.sentence)});
    for (const backend::Exchange &exchange : seen.requests)
        view.requests.push_back({u"%1 %2%3"_s.arg(exchange.verb, exchange.host.section(u'.', 0, 0), exchange.path.section(u'?', 0, 0)),
            exchange.status, static_cast<int>(exchange.took.count())});
    return view;
}

std::vector<ui::InspectionMatch> matchesOf(const engine::Inspection &seen)
{
    std::vector<ui::InspectionMatch> matches;
    for (const QString &id : seen.matches)
        matches.push_back({id, {}});
    return matches;
}

} // namespace drover::console
