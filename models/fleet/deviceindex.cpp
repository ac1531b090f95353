#include "models/fleet/deviceindex.h"

#include "models/fleet/names.h"
#include "models/fleet/rowhash.h"
#include "models/fleet/stringarena.h"

#include <algorithm>
#include <limits>

namespace drover::fleet {
namespace {

constexpr qint64 noActivity = std::numeric_limits<qint64>::min();

std::string_view view(const QByteArray &text)
{
    return {text.constData(), static_cast<size_t>(text.size())};
}

} // namespace

struct DeviceIndex::Columns {
    StringArena texts;
    std::vector<quint32> id;
    std::vector<quint32> registration;
    std::vector<qint64> activity;
    std::vector<quint32> group;
    std::vector<quint32> tags;
    std::vector<quint16> hub;
    std::vector<quint8> flags;
    /// By device id, letter case folded; a hub that becomes known later does not move a row.
    RowHash byId;
    /// By registration id, only rows whose registration id is another text.
    RowHash byRegistration;
    Names hubs;
    Names groups;
    Names tagTexts;
    QHash<Row, Ties> ties;

    std::string_view idOf(Row row) const { return texts.at(id[row]); }
    std::string_view registrationOf(Row row) const { return texts.at(registration[row]); }

    Row rowFor(quint16 onHub, std::string_view deviceId);
    Row find(quint16 onHub, std::string_view deviceId) const;
    Row append(quint16 onHub, std::string_view deviceId);
    quint16 hubNumber(const QByteArray &name);
    void learn(Row row, const DeviceFact &fact);
    void tie(Row row, const Ties &more);
    void setRegistration(Row row, std::string_view text);
};

DeviceIndex::DeviceIndex()
    : d(std::make_unique<Columns>())
{
    d->tagTexts.number("{}");
}

DeviceIndex::~DeviceIndex() = default;

DeviceIndex::DeviceIndex(const DeviceIndex &other)
    : d(std::make_unique<Columns>(*other.d))
{
}

DeviceIndex &DeviceIndex::operator=(const DeviceIndex &other)
{
    if (this != &other)
        d = std::make_unique<Columns>(*other.d);
    return *this;
}

DeviceIndex::DeviceIndex(DeviceIndex &&) noexcept = default;
DeviceIndex &DeviceIndex::operator=(DeviceIndex &&) noexcept = default;

quint16 DeviceIndex::Columns::hubNumber(const QByteArray &name)
{
    return name.isEmpty() ? noHub : static_cast<quint16>(std::min<quint32>(hubs.number(name.toLower()), noHub - 1));
}

DeviceIndex::Row DeviceIndex::Columns::find(quint16 onHub, std::string_view deviceId) const
{
    return byId.find(foldedHash(deviceId), [&](Row row) { return hub[row] == onHub && idOf(row) == deviceId; });
}

DeviceIndex::Row DeviceIndex::Columns::append(quint16 onHub, std::string_view deviceId)
{
    const auto row = static_cast<Row>(id.size());
    id.push_back(texts.add(deviceId));
    registration.push_back(id.back());
    activity.push_back(noActivity);
    group.push_back(noGroup);
    tags.push_back(0);
    hub.push_back(onHub);
    flags.push_back(0);
    byId.add(foldedHash(idOf(row)), row, [this](Row other) { return foldedHash(idOf(other)); });
    return row;
}

DeviceIndex::Row DeviceIndex::Columns::rowFor(quint16 onHub, std::string_view deviceId)
{
    const std::string_view kept = deviceId.substr(0, StringArena::longest);
    const Row known = find(onHub, kept);
    return known == RowHash::none ? append(onHub, kept) : known;
}

void DeviceIndex::Columns::setRegistration(Row row, std::string_view text)
{
    if (text == registrationOf(row))
        return;
    registration[row] = text == idOf(row) ? id[row] : texts.add(text);
    if (registration[row] != id[row])
        byRegistration.add(
            foldedHash(registrationOf(row)), row, [this](Row other) { return foldedHash(registrationOf(other)); });
}

void DeviceIndex::Columns::learn(Row row, const DeviceFact &fact)
{
    const auto set = [this, row](Flag flag, bool on) {
        flags[row] = static_cast<quint8>(on ? flags[row] | flag : flags[row] & ~flag);
    };
    if (fact.connected) {
        set(Connected, *fact.connected);
        set(ConnectionKnown, true);
    }
    if (fact.enabled)
        set(Disabled, !*fact.enabled);
    if (fact.lastActivityMs)
        activity[row] = *fact.lastActivityMs;
    if (fact.tags)
        tags[row] = tagTexts.number(fact.tags->isEmpty() ? QByteArray("{}") : *fact.tags);
    if (fact.group) {
        set(Individual, fact.group->isEmpty());
        group[row] = fact.group->isEmpty() ? noGroup : groups.number(*fact.group);
    }
    if (!fact.registrationId.isEmpty())
        setRegistration(row, view(fact.registrationId));
}

DeviceIndex::Row DeviceIndex::mergeHub(const DeviceFact &fact)
{
    const Row row = d->rowFor(d->hubNumber(fact.hub), view(fact.deviceId));
    d->learn(row, fact);
    d->flags[row] |= OnHub;
    d->tie(row, fact.ties);
    return row;
}

void DeviceIndex::Columns::tie(Row row, const Ties &more)
{
    if (more == Ties())
        return;
    Ties &known = ties[row];
    known.edge = known.edge || more.edge;
    known.modules += more.modules;
    if (!more.parent.isEmpty())
        known.parent = more.parent;
}

// A registration that was waiting for a hub joins the row of that hub: either by giving its own row the hub, or, when
// the hub told of the device first, by handing over to that row and no longer being in DPS itself.
DeviceIndex::Row DeviceIndex::mergeDps(const DeviceFact &fact)
{
    const std::string_view deviceId = view(fact.deviceId.isEmpty() ? fact.registrationId : fact.deviceId);
    const quint16 hub = d->hubNumber(fact.hub);
    const Row waiting = hub == noHub ? RowHash::none : d->find(noHub, deviceId);
    if (waiting != RowHash::none && d->find(hub, deviceId) == RowHash::none)
        d->hub[waiting] = hub;
    const Row row = d->rowFor(hub, deviceId);
    if (waiting != RowHash::none && waiting != row) {
        if (d->group[row] == noGroup)
            d->group[row] = d->group[waiting];
        d->flags[row] |= d->flags[waiting] & Individual;
        d->flags[waiting] = 0;
        d->group[waiting] = noGroup;
    }
    d->learn(row, fact);
    d->flags[row] |= InDps;
    return row;
}

qsizetype DeviceIndex::size() const
{
    return static_cast<qsizetype>(d->id.size());
}

std::string_view DeviceIndex::deviceId(Row row) const
{
    return d->idOf(row);
}

std::string_view DeviceIndex::registrationId(Row row) const
{
    return d->registrationOf(row);
}

quint16 DeviceIndex::hubOf(Row row) const
{
    return d->hub[row];
}

QString DeviceIndex::hubName(quint16 hub) const
{
    return hub < d->hubs.size() ? QString::fromUtf8(d->hubs.at(hub)) : QString();
}

quint32 DeviceIndex::groupOf(Row row) const
{
    return d->group[row];
}

QString DeviceIndex::groupName(quint32 group) const
{
    return group < d->groups.size() ? QString::fromUtf8(d->groups.at(group)) : QString();
}

quint8 DeviceIndex::flags(Row row) const
{
    return d->flags[row];
}

std::optional<Instant> DeviceIndex::lastActivity(Row row) const
{
    if (d->activity[row] == noActivity)
        return std::nullopt;
    return Instant(Duration(d->activity[row]));
}

std::string_view DeviceIndex::tags(Row row) const
{
    return view(d->tagTexts.at(d->tags[row]));
}

quint32 DeviceIndex::tagsKey(Row row) const
{
    return d->tags[row];
}

const Ties *DeviceIndex::ties(Row row) const
{
    const auto found = d->ties.constFind(row);
    return found == d->ties.cend() ? nullptr : &*found;
}

const QHash<DeviceIndex::Row, Ties> &DeviceIndex::tied() const
{
    return d->ties;
}

std::optional<DeviceIndex::Row> DeviceIndex::find(std::string_view hub, std::string_view deviceId) const
{
    const Row row = d->byId.find(foldedHash(deviceId), [&](Row candidate) {
        const quint16 on = d->hub[candidate];
        const std::string_view name = on == noHub ? std::string_view() : view(d->hubs.at(on));
        return d->idOf(candidate) == deviceId && equalFolded(name, hub);
    });
    return row == RowHash::none ? std::nullopt : std::optional(row);
}

// Exactly so spelled ids first; a registration id of other letter case counts only when no id is so spelled.
std::vector<DeviceIndex::Row> DeviceIndex::named(std::string_view id) const
{
    std::vector<Row> exact;
    std::vector<Row> folded;
    const auto look = [&](Row row) {
        if (d->flags[row] == 0)
            return false;
        if (d->idOf(row) == id || d->registrationOf(row) == id)
            exact.push_back(row);
        else if ((d->flags[row] & InDps) && equalFolded(d->registrationOf(row), id))
            folded.push_back(row);
        return false;
    };
    d->byId.find(foldedHash(id), look);
    d->byRegistration.find(foldedHash(id), look);
    std::vector<Row> &found = exact.empty() ? folded : exact;
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

std::vector<DeviceIndex::Row> DeviceIndex::beginning(std::string_view text, qsizetype most) const
{
    std::vector<Row> found;
    const auto rows = static_cast<Row>(size());
    for (Row row = 0; row < rows && static_cast<qsizetype>(found.size()) < most; ++row) {
        if (d->flags[row] == 0)
            continue;
        if (deviceId(row).starts_with(text)
            || (d->registration[row] != d->id[row] && registrationId(row).starts_with(text)))
            found.push_back(row);
    }
    return found;
}

std::vector<QString> DeviceIndex::hubs() const
{
    std::vector<QString> names;
    for (quint32 hub = 0; hub < d->hubs.size(); ++hub)
        names.push_back(QString::fromUtf8(d->hubs.at(hub)));
    return names;
}

std::vector<QString> DeviceIndex::groups() const
{
    std::vector<QString> names;
    for (quint32 group = 0; group < d->groups.size(); ++group)
        names.push_back(QString::fromUtf8(d->groups.at(group)));
    return names;
}

qsizetype DeviceIndex::bytes() const
{
    const size_t columns = d->id.capacity() * 4 + d->registration.capacity() * 4 + d->activity.capacity() * 8
        + d->group.capacity() * 4 + d->tags.capacity() * 4 + d->hub.capacity() * 2 + d->flags.capacity();
    return static_cast<qsizetype>(columns + d->texts.bytes() + d->byId.bytes() + d->byRegistration.bytes())
        + d->hubs.bytes() + d->groups.bytes() + d->tagTexts.bytes()
        + d->ties.capacity() * static_cast<qsizetype>(sizeof(Row) + sizeof(Ties));
}

} // namespace drover::fleet
