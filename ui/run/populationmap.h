#pragma once

#include <QWidget>

namespace drover::ui {

/// One square per device in plan order; where they would be too small, one per so many devices.
class PopulationMap final : public QWidget {
    Q_OBJECT

public:
    explicit PopulationMap(QWidget *parent = nullptr);
    /// One DeviceState a byte.
    void setPopulation(const QByteArray &states);
    /// Devices behind one square at the present size.
    qsizetype devicesPerSquare() const { return m_perSquare; }

Q_SIGNALS:
    void densityChanged(qsizetype devicesPerSquare);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    void measure();
    QString describe(const QPoint &at) const;

    QByteArray m_states;
    double m_cell = 4;
    int m_columns = 1;
    qsizetype m_perSquare = 1;
};

} // namespace drover::ui
