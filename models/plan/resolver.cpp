#include "models/plan/resolver.h"

#include "models/core/words.h"

#include <QHash>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

using fleet::DeviceIndex;
using Row = DeviceIndex::Row;

bool inDps(const DeviceIndex &index, Row row)
{
    return (index.flags(row) & DeviceIndex::InDps) != 0;
}

/// The row by which DPS knows the device of this row, if it is another one.
std::optional<Row> registeredElsewhere(const DeviceIndex &index, Row row)
{
    for (const Row other : index.named(index.deviceId(row))) {
        if (other != row && inDps(index, other) && index.deviceId(other) == index.deviceId(row))
            return other;
    }
    return std::nullopt;
}

QString placeOf(const fleet::Fleet &fleet, Row row)
{
    const QString hub = fleet.devices->hubName(fleet.devices->hubOf(row));
    const fleet::Stamp *stamp = fleet.stampOfHub(hub);
    if (stamp != nullptr)
        return stamp->title.isEmpty() ? stamp->name.text() : stamp->title;
    return hub.isEmpty() ? u"no hub"_s : hub;
}

/// Folds the rows of all moves into registrations.
class Resolver final {
public:
    Resolver(const fleet::Fleet &fleet, Draft &draft)
        : m_fleet(fleet)
        , m_index(*fleet.devices)
        , m_draft(draft)
    {
    }

    void take(int move, const std::vector<Row> &rows)
    {
        for (const Row row : rows) {
            if (inDps(m_index, row))
                addRegistered(move, row);
        }
        for (const Row row : rows) {
            if (!inDps(m_index, row))
                addUnregistered(move, row);
        }
    }

    std::vector<Member> done()
    {
        if (m_twice > 0)
            m_draft.notes.push_back(u"%1 of the sets have identities on two hubs; each is moved once."_s.arg(
                counted(m_twice, u"device"_s)));
        return std::move(m_members);
    }

private:
    QByteArray keyOf(Row row) const
    {
        const std::string_view id = m_index.registrationId(row);
        return QByteArray(id.data(), static_cast<qsizetype>(id.size())).toLower();
    }

    void addRegistered(int move, Row row)
    {
        const QByteArray key = keyOf(row);
        const auto known = m_moveOf.constFind(key);
        if (known == m_moveOf.cend()) {
            m_moveOf.insert(key, move);
            m_members.push_back({row, move});
        } else if (*known == move) {
            ++m_twice;
        } else {
            m_members.push_back({row, move,
                {.check = u"one-move-each"_s,
                    .reason = u"another move takes it to %1 already"_s.arg(nameOf(*known)),
                    .devices = 0,
                    .example = {},
                    .remedy = u"Take these devices out of one of the two sets."_s}});
        }
    }

    void addUnregistered(int move, Row row)
    {
        const std::optional<Row> other = registeredElsewhere(m_index, row);
        if (other && m_moveOf.value(keyOf(*other), -1) == move)
            return;
        if (other) {
            m_members.push_back({row, move,
                {.check = leftoverCheck(),
                    .reason = u"an identity left behind on %1: DPS has the device on %2"_s.arg(
                        placeOf(m_fleet, row), placeOf(m_fleet, *other)),
                    .devices = 0,
                    .example = {},
                    .remedy = {}}});
            return;
        }
        m_members.push_back({row, move,
            {.check = u"in-dps"_s,
                .reason = u"DPS has no registration and no enrollment for it"_s,
                .devices = 0,
                .example = {},
                .remedy = u"Enroll these devices, let those register that a group enrolls, or leave them out."_s}});
    }

    QString nameOf(int move) const { return m_draft.targets[static_cast<size_t>(move)]->name.text(); }

    const fleet::Fleet &m_fleet;
    const DeviceIndex &m_index;
    Draft &m_draft;
    QHash<QByteArray, int> m_moveOf;
    std::vector<Member> m_members;
    qint64 m_twice = 0;
};

} // namespace

Result<std::vector<Member>> resolve(const fleet::Fleet &fleet, const std::vector<Move> &moves, Draft &draft)
{
    Resolver resolver(fleet, draft);
    for (size_t i = 0; i < moves.size(); ++i) {
        Result<fleet::Selection> selection = fleet::select(fleet, moves[i].set);
        if (!selection)
            return Failure(selection.error());
        draft.notes.insert(draft.notes.end(), selection->notes.begin(), selection->notes.end());
        if (selection->rows.empty())
            draft.obstacles.push_back({.check = u"set-not-empty"_s,
                .reason = u"the set %1 holds no device"_s.arg(moves[i].set.toString().left(120)),
                .devices = 0,
                .example = {},
                .remedy = u"Choose another set, or refresh the fleet."_s});
        resolver.take(static_cast<int>(i), selection->rows);
    }
    return resolver.done();
}

QString leftoverCheck()
{
    return u"leftover"_s;
}

const fleet::Enrollment *individualOf(const fleet::Fleet &fleet, const QString &registrationId)
{
    if (fleet.individuals.empty())
        return nullptr;
    const auto found = fleet.individuals.find(registrationId.toLower());
    return found == fleet.individuals.end() ? nullptr : &found->second;
}

std::vector<bool> individuallyEnrolled(const fleet::Fleet &fleet)
{
    const DeviceIndex &index = *fleet.devices;
    std::vector<bool> found(static_cast<size_t>(index.size()));
    for (const auto &[id, enrollment] : fleet.individuals) {
        for (const Row row : index.named(enrollment.id.toStdString()))
            found[row] = true;
    }
    return found;
}

std::vector<qint64> groupSizes(const fleet::Fleet &fleet, const std::vector<bool> &individual)
{
    const DeviceIndex &index = *fleet.devices;
    std::vector<qint64> sizes(index.groups().size());
    for (Row row = 0; row < static_cast<Row>(index.size()); ++row) {
        if (index.groupOf(row) < sizes.size() && inDps(index, row) && !individual[row])
            ++sizes[index.groupOf(row)];
    }
    return sizes;
}

} // namespace drover::plan
