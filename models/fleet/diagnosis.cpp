#include "models/fleet/diagnosis.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace drover::fleet {
namespace {

using Finding = std::optional<Diagnosis>;

std::vector<const HubFact *> homes(const DeviceEvidence &seen)
{
    std::vector<const HubFact *> found;
    for (const HubFact &hub : seen.hubs)
        if (hub.found)
            found.push_back(&hub);
    return found;
}

const HubFact *hubNamed(const DeviceEvidence &seen, const QString &host)
{
    const auto at = std::ranges::find(seen.hubs, host, &HubFact::hub);
    return at == seen.hubs.end() ? nullptr : &*at;
}

QString stampOf(const DeviceEvidence &seen, const QString &host)
{
    const HubFact *hub = hubNamed(seen, host);
    return hub ? hub->stamp : host;
}

const HubFact *assigned(const DeviceEvidence &seen)
{
    return seen.registration && !seen.registration->hub.isEmpty() ? hubNamed(seen, seen.registration->hub) : nullptr;
}

/// An enrollment without hubs lets every linked hub have the device.
bool allows(const Enrollment &enrollment, const QString &host)
{
    return enrollment.hubs.empty()
        || std::ranges::any_of(enrollment.hubs, [&host](const HubHostName &hub) { return hub.text() == host; });
}

QString allowedStamps(const DeviceEvidence &seen)
{
    QStringList names;
    for (const HubHostName &hub : seen.enrollment->hubs)
        names.append(stampOf(seen, hub.text()));
    return names.join(u" or "_s);
}

Finding nobodyAnswered(const DeviceEvidence &seen)
{
    const bool hubsMute = std::ranges::all_of(seen.hubs, [](const HubFact &hub) { return !hub.trouble.isEmpty(); });
    if (seen.dpsTrouble.isEmpty() || !hubsMute)
        return {};
    return Diagnosis{u"unreachable"_s, Tone::Bad, u"Nobody could be asked: %1"_s.arg(seen.dpsTrouble),
        u"Check the connection, then look again."_s};
}

Finding unknown(const DeviceEvidence &seen)
{
    if (seen.enrollment || seen.registration || !homes(seen).empty())
        return {};
    if (!seen.otherCase.isEmpty())
        return Diagnosis{u"other-case"_s, Tone::Warn,
            u"There is no \"%1\", but there is \"%2\": hubs tell upper and lower case apart."_s.arg(
                seen.asked, seen.otherCase.first()),
            u"Look at \"%1\" instead."_s.arg(seen.otherCase.first())};
    for (const HubFact &hub : seen.hubs)
        if (!hub.trouble.isEmpty())
            return Diagnosis{u"unknown-with-gap"_s, Tone::Warn,
                u"No hub that answered knows \"%1\", but %2 could not be asked: %3"_s.arg(seen.asked, hub.stamp, hub.trouble),
                u"Look again when %1 answers."_s.arg(hub.stamp)};
    return Diagnosis{u"unknown"_s, Tone::Bad,
        u"Neither DPS nor any of the %1 hubs knows \"%2\"."_s.arg(seen.hubs.size()).arg(seen.asked),
        u"Check the spelling; both device IDs and registration IDs may be asked for."_s};
}

Finding twoHubs(const DeviceEvidence &seen)
{
    const auto found = homes(seen);
    if (found.size() < 2)
        return {};
    QStringList names;
    for (const HubFact *hub : found)
        names.append(hub->stamp);
    const HubFact *right = assigned(seen);
    const QString where = right ? u"DPS assigned it to %1"_s.arg(right->stamp) : u"DPS assigned it to none of them"_s;
    return Diagnosis{u"two-hubs"_s, Tone::Bad,
        u"It has an identity on %1 hubs (%2); %3."_s.arg(found.size()).arg(names.join(u", "_s), where),
        right ? u"Make sure that it is connected on %1, then remove the other identity."_s.arg(right->stamp)
              : u"Let it register again, so that DPS decides, then remove the other identity."_s};
}

Finding disabled(const DeviceEvidence &seen)
{
    if (seen.enrollment && !seen.enrollment->enabled)
        return Diagnosis{u"enrollment-disabled"_s, Tone::Warn,
            u"Its enrollment \"%1\" is disabled: it cannot register again."_s.arg(seen.enrollment->id),
            u"Enable the enrollment if the device should come back or move."_s};
    if (seen.registration && seen.registration->status == u"disabled")
        return Diagnosis{u"registration-disabled"_s, Tone::Warn, u"DPS refused its last registration because it is disabled."_s,
            u"Enable its enrollment, then let it register again."_s};
    for (const HubFact *hub : homes(seen))
        if (!hub->enabled)
            return Diagnosis{u"identity-disabled"_s, Tone::Warn,
                u"Its identity on %1 is disabled: the hub refuses its connections."_s.arg(hub->stamp),
                u"Enable the identity on %1."_s.arg(hub->stamp)};
    return {};
}

Finding registering(const DeviceEvidence &seen)
{
    if (!seen.registration)
        return {};
    if (seen.registration->status == u"assigning")
        return Diagnosis{u"assigning"_s, Tone::Progress, u"DPS is assigning it to a hub at this moment; until then it is unreachable."_s,
            u"Look again in a few seconds."_s};
    if (seen.registration->status == u"failed")
        return Diagnosis{u"registration-failed"_s, Tone::Bad,
            u"Its last registration failed with %1%2."_s.arg(seen.registration->errorCode)
                .arg(seen.registration->errorMessage.isEmpty() ? QString() : u" ("_s + seen.registration->errorMessage + u')'),
            u"Check its enrollment and the hubs it names, then let it register again."_s};
    return {};
}

Finding nowhere(const DeviceEvidence &seen)
{
    if (!homes(seen).empty())
        return {};
    if (const HubFact *hub = assigned(seen); hub && !hub->trouble.isEmpty())
        return Diagnosis{u"hub-mute"_s, Tone::Bad,
            u"DPS assigned it to %1, which could not be asked: %2"_s.arg(hub->stamp, hub->trouble),
            u"Look again when %1 answers, or move the device to another stamp."_s.arg(hub->stamp)};
    if (seen.registration && !seen.registration->hub.isEmpty())
        return Diagnosis{u"lost-identity"_s, Tone::Bad,
            u"DPS assigned it to %1, but that hub does not know it."_s.arg(stampOf(seen, seen.registration->hub)),
            u"Let the device register again; DPS then makes its identity anew."_s};
    return Diagnosis{u"never-registered"_s, Tone::Neutral, u"It is enrolled in DPS, but it has never registered: it is on no hub."_s,
        u"Switch the device on, or check its id scope and key."_s};
}

Finding astray(const DeviceEvidence &seen)
{
    const auto found = homes(seen);
    if (found.size() != 1)
        return {};
    const HubFact &home = *found.front();
    if (!seen.enrollment && !seen.registration && seen.dpsTrouble.isEmpty())
        return Diagnosis{u"hub-only"_s, Tone::Warn, u"It is on %1, but DPS does not know it: it was made there by hand."_s.arg(home.stamp),
            u"Enroll it in DPS if it should ever move."_s};
    if (seen.registration && !seen.registration->hub.isEmpty() && seen.registration->hub != home.hub)
        return Diagnosis{u"elsewhere"_s, Tone::Bad,
            u"DPS assigned it to %1, but its identity is on %2."_s.arg(stampOf(seen, seen.registration->hub), home.stamp),
            u"Let the device register again, so that DPS and hub agree."_s};
    if (!seen.enrollment && seen.dpsTrouble.isEmpty())
        return Diagnosis{u"no-enrollment"_s, Tone::Warn,
            u"It is on %1%2, but no enrollment is left that lets it register again."_s.arg(home.stamp, home.connected ? QString() : u" and offline"_s),
            u"Enroll it again, alone or by its group, before it has to register."_s};
    if (seen.enrollment && !allows(*seen.enrollment, home.hub))
        return Diagnosis{u"will-move"_s, Tone::Warn,
            u"It is on %1, but its enrollment names %2: it will move when it registers again."_s.arg(home.stamp, allowedStamps(seen)),
            seen.enrollment->reprovision == Reprovision::Never
                ? u"Its policy is \"never\": change the re-provisioning policy, or it stays."_s
                : u"Let it register again, by the method Reprovision or a restart."_s};
    return {};
}

Finding unconnected(const DeviceEvidence &seen)
{
    const auto found = homes(seen);
    if (found.size() != 1 || found.front()->connected)
        return {};
    const HubFact &home = *found.front();
    if (!home.everActive)
        return Diagnosis{u"never-connected"_s, Tone::Warn,
            u"It is assigned to %1%2, but it has not connected there."_s.arg(home.stamp,
                seen.registration && !seen.registration->lastUpdated.isEmpty() ? u" since "_s + seen.registration->lastUpdated : QString()),
            u"Check that the device is on and reaches %1."_s.arg(home.hub)};
    return Diagnosis{u"offline"_s, Tone::Warn, u"It is on %1 where it belongs, but it is offline."_s.arg(home.stamp),
        home.lastActivity.isEmpty() ? u"Check the device's power and network."_s
                                    : u"It was last active at %1; check its power and network."_s.arg(home.lastActivity)};
}

/// The device reports under a name what the operator wished under it; other names are nobody's business here.
Finding twinApart(const DeviceEvidence &seen)
{
    const auto found = homes(seen);
    if (found.size() != 1 || !found.front()->desired || !found.front()->reported)
        return {};
    const QJsonObject desired = QJsonDocument::fromJson(*found.front()->desired).object();
    const QJsonObject reported = QJsonDocument::fromJson(*found.front()->reported).object();
    for (auto it = desired.begin(); it != desired.end(); ++it)
        if (const auto told = reported.find(it.key()); told != reported.end() && *told != *it)
            return Diagnosis{u"twin-differs"_s, Tone::Warn,
                u"It is connected on %1, but it reports another \"%2\" than is desired."_s.arg(found.front()->stamp, it.key()),
                u"Give it a moment to apply the change, or look at its log."_s};
    return {};
}

} // namespace

Diagnosis diagnose(const DeviceEvidence &seen)
{
    for (const auto &look : {nobodyAnswered, unknown, twoHubs, registering, disabled, nowhere, astray, unconnected, twinApart})
        if (Finding found = look(seen))
            return *std::move(found);
    const HubFact &home = *homes(seen).front();
    return {u"fine"_s, Tone::Good, u"It is on %1, connected, and that is where it belongs."_s.arg(home.stamp), {}};
}

QString toneName(Tone tone)
{
    constexpr std::array names = {"neutral", "good", "progress", "warn", "bad"};
    return QString::fromLatin1(names.at(static_cast<size_t>(tone)));
}

} // namespace drover::fleet
