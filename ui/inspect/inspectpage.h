#pragma once

#include "models/core/error.h"
#include "ui/inspect/inspection.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QListWidget;
class QScrollArea;
class QStackedWidget;

namespace drover::ui {

class Placeholder;

/// One box, one sentence of diagnosis, and what is behind it.
class InspectPage final : public QWidget {
    Q_OBJECT

public:
    explicit InspectPage(QWidget *parent = nullptr);

    void setInspection(const Inspection &inspection);
    /// `more`: others begin with the text too, these are the first.
    void setMatches(const QString &text, const std::vector<InspectionMatch> &matches, bool more = false);
    void showLoading(const QString &text);
    /// The text is looked up as soon as the fleet was looked at.
    void showWaiting(const QString &text);
    void showNotFound(const QString &text, const QString &looked);
    void showError(const Error &error);
    /// Puts the text into the box and asks for it.
    void inspect(const QString &text);
    void focusBox();
    /// The page as plain text, for a ticket.
    static QString toText(const Inspection &inspection);

Q_SIGNALS:
    void inspectRequested(const QString &text);
    void actionRequested(const QString &id);
    /// Something else is typed: an answer to the last question would come over it.
    void questionDropped();
    /// The text was put on the clipboard too.
    void copyRequested(const QString &text);

private:
    void ask();
    /// What is shown belongs to the device in the box, or it is not shown.
    void forget(const QString &typed);
    QWidget *makeBanner();
    QWidget *makeCards() const;
    QWidget *makeHistory() const;
    QWidget *makeRequests() const;

    Inspection m_inspection;
    QLineEdit *m_box;
    QLabel *m_note;
    QStackedWidget *m_stack;
    Placeholder *m_placeholder;
    QLabel *m_matchesTitle;
    QListWidget *m_matches;
    QScrollArea *m_scroll;
};

} // namespace drover::ui
