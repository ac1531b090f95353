#include "models/fleet/deviceset.h"

#include "models/core/json.h"
#include "models/fleet/query.h"

#include <QDateTime>

#include <unordered_map>

using namespace Qt::StringLiterals;

namespace drover::fleet {
namespace {

using query::Compare;
using query::Node;
using query::Value;
using Row = DeviceIndex::Row;
/// Absent: neither true nor false, because a field is not there.
using Truth = std::optional<bool>;

/// Answers a query for one row after the other; what depends on the tags alone is asked once for each different text.
class Evaluator final {
public:
    explicit Evaluator(const Fleet &fleet)
        : m_index(*fleet.devices)
    {
        for (const QString &hub : m_index.hubs()) {
            const Stamp *stamp = fleet.stampOfHub(hub);
            m_hubs.push_back(hub);
            m_stamps.push_back(stamp ? Value(stamp->name.text()) : Value());
        }
        for (const QString &group : m_index.groups())
            m_groups.push_back(group);
    }

    Truth holds(const Node &node, Row row)
    {
        if (node.kind == Node::Kind::Condition)
            return condition(node, row);
        if (node.kind == Node::Kind::Not) {
            const Truth inner = holds(*node.children.front(), row);
            return inner ? Truth(!*inner) : inner;
        }
        // "and" is decided by a false, "or" by a true; an unknown one only counts when nothing decides.
        const bool decisive = node.kind == Node::Kind::Or;
        Truth all = !decisive;
        for (const query::NodePtr &child : node.children) {
            const Truth one = holds(*child, row);
            if (one == decisive)
                return decisive;
            if (!one)
                all = std::nullopt;
        }
        return all;
    }

private:
    Truth condition(const Node &node, Row row)
    {
        if (node.field.first() != "tags"_L1)
            return compare(node, valueOf(node.field.first(), row));
        auto &answers = m_tagAnswers[&node];
        const auto known = answers.find(m_index.tagsKey(row));
        if (known != answers.end())
            return known->second;
        const Truth answer = compare(node, tagOf(node.field, row));
        answers.emplace(m_index.tagsKey(row), answer);
        return answer;
    }

    Value valueOf(const QString &field, Row row) const
    {
        const quint8 flags = m_index.flags(row);
        const quint16 hub = m_index.hubOf(row);
        if (field == "deviceId"_L1)
            return QString::fromUtf8(m_index.deviceId(row));
        if (field == "status"_L1)
            return QString(flags & DeviceIndex::Disabled ? u"disabled"_s : u"enabled"_s);
        if (field == "hub"_L1)
            return hub < m_hubs.size() ? Value(m_hubs[hub]) : Value();
        if (field == "stamp"_L1)
            return hub < m_stamps.size() ? m_stamps[hub] : Value();
        if (field == "group"_L1)
            return m_index.groupOf(row) < m_groups.size() ? Value(m_groups[m_index.groupOf(row)]) : Value();
        if (field == "connectionState"_L1 && (flags & DeviceIndex::ConnectionKnown))
            return QString(flags & DeviceIndex::Connected ? u"Connected"_s : u"Disconnected"_s);
        const std::optional<Instant> seen = m_index.lastActivity(row);
        if (field == "lastActivityTime"_L1 && seen)
            return static_cast<double>(seen->time_since_epoch().count());
        return {};
    }

    Value tagOf(const QStringList &path, Row row)
    {
        const std::string_view text = m_index.tags(row);
        const std::optional<Json> tags = parseJson(QByteArray(text.data(), static_cast<qsizetype>(text.size())));
        const Json *at = tags ? &*tags : nullptr;
        for (qsizetype i = 1; i < path.size() && at != nullptr; ++i)
            at = at->is_object() && at->contains(toStd(path.at(i))) ? &at->at(toStd(path.at(i))) : nullptr;
        if (at == nullptr)
            return {};
        if (at->is_boolean())
            return at->get<bool>();
        if (at->is_number())
            return at->get<double>();
        if (const std::optional<QString> found = textOf(at))
            return *found;
        return query::Null{};
    }

    static Truth compare(const Node &node, const Value &value)
    {
        const bool defined = !std::holds_alternative<std::monostate>(value);
        if (node.compare == Compare::Defined)
            return defined;
        if (!defined)
            return std::nullopt;
        if (node.compare == Compare::In || node.compare == Compare::NotIn) {
            const bool among = std::find(node.values.begin(), node.values.end(), value) != node.values.end();
            return among == (node.compare == Compare::In);
        }
        const Value other
            = node.field.first() == "lastActivityTime"_L1 ? moment(node.values.front()) : node.values.front();
        return compareOne(node.compare, value, other);
    }

    /// A time is compared as a number of milliseconds.
    static Value moment(const Value &value)
    {
        const QString *text = std::get_if<QString>(&value);
        if (text == nullptr)
            return value;
        QDateTime time = QDateTime::fromString(*text, Qt::ISODateWithMs);
        if (time.timeSpec() == Qt::LocalTime)
            time.setTimeSpec(Qt::UTC);
        return time.isValid() ? Value(static_cast<double>(time.toMSecsSinceEpoch())) : Value();
    }

    static Truth compareOne(Compare how, const Value &a, const Value &b)
    {
        if (how == Compare::StartsWith) {
            const QString *text = std::get_if<QString>(&a);
            const QString *start = std::get_if<QString>(&b);
            return text && start ? Truth(text->startsWith(*start)) : std::nullopt;
        }
        if (how == Compare::Equal || how == Compare::Unequal)
            return (a == b) == (how == Compare::Equal);
        if (a.index() != b.index())
            return std::nullopt;
        switch (how) {
        case Compare::Less:
            return a < b;
        case Compare::LessEqual:
            return a <= b;
        case Compare::Greater:
            return a > b;
        default:
            return a >= b;
        }
    }

    const DeviceIndex &m_index;
    std::vector<QString> m_hubs;
    std::vector<Value> m_stamps;
    std::vector<QString> m_groups;
    std::unordered_map<const Node *, std::unordered_map<quint32, Truth>> m_tagAnswers;
};

} // namespace

Result<std::vector<DeviceIndex::Row>> where(const Fleet &fleet, const QString &query)
{
    const Result<query::NodePtr> root = query::parse(query);
    if (!root)
        return Failure(root.error());
    Evaluator evaluator(fleet);
    std::vector<Row> rows;
    for (Row row = 0; row < static_cast<Row>(fleet.devices->size()); ++row) {
        if (fleet.devices->flags(row) != 0 && evaluator.holds(**root, row).value_or(false))
            rows.push_back(row);
    }
    return rows;
}

} // namespace drover::fleet
