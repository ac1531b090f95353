#pragma once

#include "models/core/error.h"

#include <QString>
#include <QStringList>

#include <compare>
#include <memory>
#include <variant>
#include <vector>

namespace drover::fleet::query {

struct Null {
    friend auto operator<=>(const Null &, const Null &) = default;
};

/// What a comparison compares with. Absent (monostate) is "undefined": every comparison with it is neither true nor
/// false.
using Value = std::variant<std::monostate, Null, bool, double, QString>;

enum class Compare { Equal, Unequal, Less, LessEqual, Greater, GreaterEqual, In, NotIn, Defined, StartsWith };

struct Node;
using NodePtr = std::unique_ptr<Node>;

/// A condition on one field, or and / or / not of others.
struct Node {
    enum class Kind { Condition, And, Or, Not };
    Kind kind = Kind::Condition;
    std::vector<NodePtr> children;
    /// "tags", "site" or a single name.
    QStringList field;
    Compare compare = Compare::Equal;
    std::vector<Value> values;
};

struct Token {
    enum class Kind { Word, Text, Number, Symbol, End };
    Kind kind = Kind::End;
    QString text;
    qsizetype column = 0;
};

Result<std::vector<Token>> tokens(const QString &query);
Result<NodePtr> parse(const QString &query);

Failure error(qsizetype column, const QString &what);

} // namespace drover::fleet::query
