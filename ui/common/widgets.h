#pragma once

#include "ui/common/theme.h"

#include <QFrame>
#include <QLabel>
#include <QPushButton>

class QBoxLayout;
class QVBoxLayout;

namespace drover::ui {

/// Roles of labels in the style sheet.
enum class Role { Plain, Quiet, Caption, Heading, Title, Strong, Small, SmallStrong, Number };

QLabel *label(const QString &text, Role role, QWidget *parent = nullptr);
/// As label(), over several lines where needed.
QLabel *wrapped(const QString &text, Role role, QWidget *parent = nullptr);
QLabel *pill(const QString &text, QWidget *parent = nullptr);
QFrame *rule(QWidget *parent = nullptr);
/// kind: "primary", "danger", "small", "link", or empty.
QPushButton *button(const QString &text, const QString &kind, const QString &objectName, QWidget *parent = nullptr);
/// Enables a button, or says with its tool tip and to screen readers why it cannot be pressed.
void allow(QPushButton *button, const QString &whyNot);
/// Recolours a label, pill, card or banner.
void setTone(QWidget *widget, Tone tone);
/// Takes everything out of a layout and deletes it.
void clear(QLayout *layout);
/// A line of a card: quiet name at the left, value at the right, a rule below.
QWidget *fact(const QString &name, const QString &value, QWidget *parent = nullptr);

/// White surface with a rounded border; its column() is where things go.
class Card : public QFrame {
    Q_OBJECT

public:
    explicit Card(QWidget *parent = nullptr);
    QVBoxLayout *column() const { return m_column; }

private:
    QVBoxLayout *m_column;
};

/// One line that ends in "…" where it does not fit; the whole text is its tool tip then.
class ElidedLabel final : public QLabel {
    Q_OBJECT

public:
    ElidedLabel(const QString &text, Role role, QWidget *parent = nullptr);
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// A filled dot, triangle or square in a tone's colour: shape and colour say the same.
class ToneMark final : public QWidget {
    Q_OBJECT

public:
    explicit ToneMark(Tone tone, QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Tone m_tone;
};

/// An icon that follows the theme.
class IconLabel final : public QWidget {
    Q_OBJECT

public:
    IconLabel(const QString &name, int size, Tone tone, QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_name;
    Tone m_tone;
};

/// The strip on top of a page: title, pill, quiet sentence, then what the page adds at the right.
class PageHeader final : public QWidget {
    Q_OBJECT

public:
    explicit PageHeader(QWidget *parent = nullptr);
    void setTitle(const QString &title);
    void setPill(const QString &text, Tone tone = Tone::Neutral);
    void setNote(const QString &note);
    /// Things at the right end, in order.
    QBoxLayout *trailing() const { return m_trailing; }

private:
    QLabel *m_title;
    QLabel *m_pill;
    QLabel *m_note;
    QBoxLayout *m_trailing;
};

} // namespace drover::ui
