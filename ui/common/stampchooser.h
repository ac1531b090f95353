#pragma once

#include "ui/common/targets.h"

#include <QFrame>

class QLabel;
class QLineEdit;
class QListWidget;

namespace drover::ui {

/// *Move to…*: type a stamp, Enter. Refused stamps are shown with the reason and cannot be chosen.
class StampChooser final : public QFrame {
    Q_OBJECT

public:
    explicit StampChooser(QWidget *parent = nullptr);
    /// Pops up at a global point.
    void open(const QString &what, std::vector<Offer> offers, const QPoint &at);

Q_SIGNALS:
    void chosen(const drover::StampName &stamp);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fill(const QString &filter);
    void accept();

    std::vector<Offer> m_offers;
    QLabel *m_title;
    QLineEdit *m_filter;
    QListWidget *m_list;
    QLabel *m_reason;
};

} // namespace drover::ui
