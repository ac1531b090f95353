#pragma once

#include <QByteArray>
#include <QHash>
#include <QString>

#include <vector>

namespace drover::fleet {

/// Few different texts for many rows: each gets a small number, in the order they came.
class Names final {
public:
    quint32 number(const QByteArray &text)
    {
        const auto known = m_numbers.constFind(text);
        if (known != m_numbers.cend())
            return *known;
        const auto next = static_cast<quint32>(m_texts.size());
        m_numbers.insert(text, next);
        m_texts.push_back(text);
        m_bytes += text.size();
        return next;
    }

    const QByteArray &at(quint32 number) const { return m_texts[number]; }
    quint32 size() const { return static_cast<quint32>(m_texts.size()); }
    /// The text lives once, shared by the list and the hash.
    qsizetype bytes() const { return m_bytes + static_cast<qsizetype>(m_texts.size()) * 96; }

private:
    std::vector<QByteArray> m_texts;
    QHash<QByteArray, quint32> m_numbers;
    qsizetype m_bytes = 0;
};

} // namespace drover::fleet
